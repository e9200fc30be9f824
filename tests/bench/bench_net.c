/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench_datapath.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	WAIT_MS = 5000,
	RECEIVE_ROOM = 4 << 20,
	ETHERTYPE_ALL = 0x0003,
};

static int ns_fd[BENCH_NS_MAX];

void bench_net_init(const char *sender, const char *router)
{
	const char *names[] = { [BENCH_NS_SENDER] = sender, [BENCH_NS_ROUTER] = router };
	char path[128];

	for (size_t i = 0; i < BENCH_NS_MAX; i++) {
		snprintf(path, sizeof(path), "/run/netns/%s", names[i]);
		ns_fd[i] = open(path, O_RDONLY | O_CLOEXEC);
		if (ns_fd[i] < 0)
			bench_die("%s: %s", path, strerror(errno));
	}
}

void bench_net_enter(enum bench_ns ns)
{
	if (setns(ns_fd[ns], CLONE_NEWNET))
		bench_die("setns: %s", strerror(errno));
}

static struct sockaddr_in address(const char *a, unsigned int port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };

	if (inet_pton(AF_INET, a, &sin.sin_addr) != 1)
		bench_die("not an address: %s", a);
	return sin;
}

int bench_net_udp(enum bench_ns ns, const char *from, unsigned int port, const char *to,
		  unsigned int to_port)
{
	struct sockaddr_in sin = address(from, port);
	int fd, one = 1, room = RECEIVE_ROOM;

	bench_net_enter(ns);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ||
	    setsockopt(fd, IPPROTO_IP, IP_TRANSPARENT, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&sin, sizeof(sin)))
		bench_die("socket at %s:%u: %s", from, port, strerror(errno));
	if (!to)
		return fd;
	sin = address(to, to_port);
	if (connect(fd, (struct sockaddr *)&sin, sizeof(sin)))
		bench_die("connect to %s: %s", to, strerror(errno));
	return fd;
}

void bench_net_send(int fd, const void *data, size_t len, const char *to, unsigned int port)
{
	struct sockaddr_in sin = address(to, port);

	if (sendto(fd, data, len, 0, (struct sockaddr *)&sin, sizeof(sin)) != (ssize_t)len)
		bench_die("sendto %s: %s", to, strerror(errno));
}

int bench_net_tap(enum bench_ns ns, const char *dev)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETHERTYPE_ALL) };
	int fd;

	bench_net_enter(ns);
	ll.sll_ifindex = (int)if_nametoindex(dev);
	fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || !ll.sll_ifindex || bind(fd, (struct sockaddr *)&ll, sizeof(ll)))
		bench_die("packet socket on %s: %s", dev, strerror(errno));
	return fd;
}

/* The UDP payload of an IPv4 packet; returns its length, 0 if it is something else. */
static size_t udp_payload(uint8_t *data, ssize_t n)
{
	const struct iphdr *ip = (const struct iphdr *)data;
	size_t off = sizeof(*ip) + sizeof(struct udphdr);

	if (n < (ssize_t)off || ip->version != 4 || ip->ihl != 5 || ip->protocol != IPPROTO_UDP)
		return 0;
	memmove(data, data + off, (size_t)n - off);
	return (size_t)n - off;
}

size_t bench_net_receive(int fd, bool is_tap, uint8_t *data, size_t cap)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	while (poll(&p, 1, WAIT_MS) == 1) {
		ssize_t n = recv(fd, data, cap, 0);
		size_t len = n > 0 && is_tap ? udp_payload(data, n) : (size_t)(n > 0 ? n : 0);

		if (len)
			return len;
	}
	return 0;
}

void bench_net_drain(int fd)
{
	uint8_t data[1];

	while (recv(fd, data, sizeof(data), MSG_DONTWAIT | MSG_TRUNC) >= 0)
		;
}
