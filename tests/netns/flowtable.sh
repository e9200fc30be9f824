#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
#
# Flowtables of nftables send past POST_ROUTING. At a gateway that has one, nothing
# may leave in plain for that.
#
#     phone1 ------ gw1 ------ wire ------ gw2 ------ phone2
#             flowtable, ksrtp            ksrtp
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

P1=10.11.0.1 P2=10.12.0.1

# packets that went the long way through gw1
forwarded()
{
	in_ns gw1 nft -j list counters table inet fast |
		sed -n 's/.*"name": "slow".*"packets": \([0-9]*\).*/\1/p'
}

# talk LETTER PORT NUMBER: both ways, whatever arrives of it
talk()
{
	peer_bg phone2 two -l "$P2:$2" -r "$P1:$2" -S 2 -V "$1" expect 1 "$patience" send "$3" \
		expect "$3" "$4"
	two=$spawn_pid
	wait_udp phone2 "$2"
	peer phone1 one -l "$P1:$2" -r "$P2:$2" -S 1 -V "$1" send "$3" expect "$3" "$4"
	one_status=$?
	peer_end two "$two" && [ "$one_status" -eq 0 ]
}

# call NAME LETTER PORT: all of it arrives
call()
{
	check "$1" talk "$2" "$3" 200 "$patience"
}

begin gateways tcpdump nft
sniff all wire any
setup "a flowtable at gw1" in_ns gw1 nft -f - <<'END'
table inet fast {
	counter slow { }
	flowtable short { hook ingress priority 0; devices = { lan, wan }; }
	chain forward {
		type filter hook forward priority 0;
		meta l4proto udp counter name slow
		meta l4proto udp flow add @short
	}
}
END

call "not covered: a call" A 7000
slow=$(forwarded)
check "most of it went by the flowtable (the long way: $slow)" [ "$slow" -lt 100 ]
at_least "and was plain" 300 "$(leaks all A)"

# --- a call that is in the flowtable already when the policy comes -------------------------------
peer_bg phone2 back -l $P2:5000 -r $P1:5000 -S 2 -V F send 100000
back=$spawn_pid
peer_bg phone1 forth -l $P1:5000 -r $P2:5000 -S 1 -V B send 100000
forth=$spawn_pid
offloaded()
{
	was=$(forwarded)
	sleep 0.3
	[ "$(forwarded)" -eq "$was" ]
}
check "a call is in the flowtable" wait_until 20 offloaded
protect gw1 lport 5000-5999 dev wan
stopped()
{
	[ "$(drops gw1)" -gt 50 ]
}
check "a policy comes: gw1 sees its packets again" wait_until 20 stopped
sniff_end all
sniff late wire any
was=$(drops gw1)
more()
{
	[ "$(drops gw1)" -gt $((was + 50)) ]
}
check "it goes on" wait_until 20 more
end "$forth"
end "$back"
sniff_end late
is "nothing of it is on the wire" 0 "$(leaks late B)"

# --- a call under protection never gets in -------------------------------------------------------
sniff sealed wire any
protect gw2 lport 5000-5999 dev wan
for port in 5002 5004; do
	new_key "to$port" "$GCM"
	new_key "fro$port" "$GCM"
	flow gw1 $P1:$port $P2:$port "$GCM" "fro$port" "to$port"
	flow gw2 $P2:$port $P1:$port "$GCM" "to$port" "fro$port"
done
before=$(forwarded)
call "phone1 calls, under protection" C 5002
at_least "all of it went the long way" 400 $(($(forwarded) - before))
is "as many left protected" 200 "$(counter gw1 tx-rtp)"

# the entry is made by a packet from the wire
peer_bg phone1 one -l $P1:5004 -r $P2:5004 -S 1 -V D expect 1 "$patience" send 100 expect 100 \
	"$patience"
one=$spawn_pid
wait_udp phone1 5004
check "phone2 calls, under protection" peer phone2 two -l $P2:5004 -r $P1:5004 -S 2 -V D send 100 \
	expect 100 "$patience"
check "phone1 hears it" peer_end one "$one"

call "not covered, still fast" E 7002
sniff_end sealed
is "nothing of C is on the wire" 0 "$(leaks sealed C)"
is "nothing of D is on the wire" 0 "$(leaks sealed D)"
at_least "all of E is" 400 "$(leaks sealed E)"
ktap_end
