#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# ksrtpctl's client of the control socket against a daemon that answers well,
# badly, or not at all. Needs neither the module nor a network.
# where: host
# timeout: 120

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/netns.sh

command -v ksrtpctl >/dev/null || ktap_skip_all "ksrtpctl is not built"
command -v python3 >/dev/null || ktap_skip_all "python3 is not installed"
ktap_start
cd "$workdir" || exit 1

# a daemon that answers each connection with the contents of the file "answer"
# and keeps what it was asked in "asked"
cat >daemon.py <<'END'
import os, socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind("sock.new")
s.listen(8)
os.rename("sock.new", "sock")
while True:
    c, _ = s.accept()
    line = b""
    while not line.endswith(b"\n"):
        more = c.recv(4096)
        if not more:
            break
        line += more
    open("asked", "wb").write(line)
    try:
        data = open("answer", "rb").read()
        for i in range(0, len(data), 7000):
            c.sendall(data[i:i + 7000])
    except (BrokenPipeError, ConnectionResetError):
        pass
    c.close()
END
REFUSE_WITH="is ksrtpd running?"
refuse "no daemon" ksrtpctl -S sock calls
spawn daemon python3 daemon.py
daemon=$spawn_pid
wait_until 20 test -S sock || exit 1

c()
{
	ksrtpctl -S sock "$@"
}
asked()
{
	jq -e "$1" asked
}

jq -c . >answer <<'END'
{"ok":true,"calls":[{"id":7,"peer":"tel:+447700900124","as":"tel:+447700900123","verified":true,
"role":"initiator","local":"192.0.2.1:40000","remote":"192.0.2.2:40000","setup_ms":12,"secure":true,
"suite":"AEAD_AES_128_GCM","keyed_at":1795428000,"mki":"00000001"},{"id":8,"secure":false,
"peer":"tel:+447700900666","as":"tel:+447700900123","verified":false,"suite":null}]}
END
check "calls" c calls
check "asks for calls" asked '. == {"cmd": "calls"}'
has()
{
	c "${@:2}" 2>&1 | grep -qF -e "$1"
}
has_not()
{
	! has "$@"
}
check "a verified peer has a name" has "peer tel:+447700900124" calls
check "its call is secure" has " secure" calls
check "another has none" has_not "900666" calls
check "but is listed" has "id 8 peer (not verified)" calls
check "times are for people" has "keyed-at 2026-11-23T10:00:00Z" -s calls
check "calls in JSON are an array" \
	sh -c 'ksrtpctl -j -S sock calls | jq -e "length == 2 and .[1].verified == false"'

# names of the other side may contain anything
printf '%s\n' '{"ok":true,"calls":[{"id":1,"peer":"a\u001b[2Jb\nforged\u0007","verified":true,"secure":true}]}' >answer
check "control characters do not get through" has 'a\x1b[2Jb\x0aforged\x07' calls
check "not even one" sh -c '[ "$(ksrtpctl -S sock calls | wc -l)" -le 2 ]'

echo '{"ok":true,"version":"1","calls":3,"limits":{"calls":100}}' >answer
check "status" has "version" status
check "nested values are shown" has "100" status
echo '{"ok":true,"listen":["a:1","b:2"],"none":[],"peers":[{"name":"x","ports":[1,2],"deep":{"a":1}},{"name":"\u001by"}]}' >answer
check "lists are on one line" has "a:1,b:2" status
check "objects have a line each" has "    name x ports 1,2 deep -" status
check "and nothing in them steers the terminal" has 'name \x1by' status
echo '{"ok":true,"version":"1","calls":3,"limits":{"calls":100}}' >answer
check "status in JSON" sh -c 'ksrtpctl -j -S sock status | jq -e ".limits.calls == 100 and (has(\"ok\") | not)"'
check "counters" c counters
check "asks for counters" asked '. == {"cmd": "counters"}'
check "reload" c reload
check "asks for reload" asked '. == {"cmd": "reload"}'
check "rekey all" c rekey
check "asks for all" asked '. == {"cmd": "rekey"}'
check "rekey a call" c rekey 12
check "asks for the call" asked '. == {"cmd": "rekey", "id": 12}'
cat >answer <<'END'
{"ok":true,"calls":[{"id":7,"name":"of\"fice","peer":"tel:+1"},{"id":8,"name":"home","peer":"tel:+2"},{"id":9,"name":"of\"fice2","peer":"tel:+1"}]}
END
check "rekey a peer by name" sh -c 'ksrtpctl -j -S sock rekey "of\"fice" | jq -e ".rekeyed == 1"'
check "asks for its call" asked '. == {"cmd": "rekey", "id": 7}'
check "rekey a peer by number" sh -c 'ksrtpctl -j -S sock rekey tel:+1 | jq -e ".rekeyed == 2"'
check "asks for both calls" asked '. == {"cmd": "rekey", "id": 9}'
REFUSE_WITH='there is no call with "nobody"'
refuse "rekey a peer without calls" c rekey nobody
check "asks for no rekey then" asked '. == {"cmd": "calls"}'

echo '{"ok":false,"error":"ksrtpd.conf:3: Listen: not an address"}' >answer
REFUSE_WITH="ksrtpctl: reload: ksrtpd.conf:3: Listen: not an address"
refuse "the daemon's reason is shown" c reload
REFUSE_WITH="refused by ksrtpd"
echo '{"ok":false}' >answer
refuse "a refusal without reason" c reload
echo '{}' >answer
refuse "no verdict is a refusal" c reload
echo '{"ok":1}' >answer
refuse "nor is 1 true" c status

REFUSE_WITH="not a JSON object"
for bad in '[1]' 'nonsense' '{"ok":true' '{"ok":true,"ok":true}' '' '"x"'; do
	echo "$bad" >answer
	refuse "answer: $bad" c status
done
head -c 3000000 /dev/zero | tr '\0' '[' >answer
echo >>answer
refuse "3 million brackets" c status
REFUSE_WITH="there is no list of calls"
echo '{"ok":true,"calls":{"0":1}}' >answer
refuse "calls that are no list" c calls
REFUSE_WITH="no answer"
printf '{"ok":true}' >answer
refuse "an answer that does not end" c status
: >answer
refuse "no answer" c status
head -c 20000000 /dev/zero | tr '\0' ' ' >answer
refuse "an answer without end" c status

python3 - >answer <<'END'
import json
print(json.dumps({"ok": True, "calls": [{"id": i, "peer": "tel:+%d" % i, "verified": True, "secure": True,
                                         "local": "192.0.2.1:%d" % i} for i in range(1, 20001)]}))
END
check "20000 calls" sh -c '[ "$(ksrtpctl -j -S sock calls | jq length)" = 20000 ]'

end "$daemon"
REFUSE_WITH="Connection refused"
refuse "a socket that nobody serves" c status
REFUSE_WITH="too long"
refuse "a socket with a very long name" ksrtpctl -S "$(printf '%0200d' 0)" status
REFUSE_WITH="Usage"
for words in "calls x" "status x" "reload x" "rekey 1 2" "counters x"; do
	# shellcheck disable=SC2086
	refuse "too many words: $words" c $words
done
ktap_end
