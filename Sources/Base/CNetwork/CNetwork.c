#define _GNU_SOURCE
#include "CNetwork.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/capability.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

bool net_leave(void) { return unshare(CLONE_NEWNET) == 0; }

int net_loopback(void) {
  struct ifreq request;
  memset(&request, 0, sizeof request);
  memcpy(request.ifr_name, "lo", 3);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  const int control = socket(AF_INET, SOCK_DGRAM, 0);
  if (control < 0) return -1;
  const int answer = ioctl(control, SIOCSIFFLAGS, &request);
  close(control);
  return answer == 0 ? socket(AF_PACKET, SOCK_RAW, 0) : -1;
}

bool net_send(int handle, const uint8_t *_Nonnull frame, size_t count, uint32_t mark) {
  struct sockaddr_ll address;
  memset(&address, 0, sizeof address);
  address.sll_family = AF_PACKET;
  address.sll_ifindex = (int)if_nametoindex("lo");
  address.sll_halen = 6;
  if (setsockopt(handle, SOL_SOCKET, SO_MARK, &mark, sizeof mark) != 0) return 0;
  return sendto(handle, frame, count, 0, (const struct sockaddr *)&address, sizeof address) == (ssize_t)count;
}

void net_make_room(int handle, int bytes) {
  const int yes = 1;
  if (setsockopt(handle, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0)
    setsockopt(handle, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  setsockopt(handle, SOL_SOCKET, SO_RXQ_OVFL, &yes, sizeof yes);
}

static void note_sender(net_datagram *_Nonnull datagram, const struct sockaddr_storage *_Nonnull name) {
  memset(datagram->source, 0, sizeof datagram->source);
  if (name->ss_family == AF_PACKET) {
    datagram->port = ((const struct sockaddr_ll *)name)->sll_pkttype;
    return;
  }
  if (name->ss_family == AF_INET) {
    const struct sockaddr_in *four = (const struct sockaddr_in *)name;
    datagram->source[10] = datagram->source[11] = 0xff;
    memcpy(datagram->source + 12, &four->sin_addr, 4);
    datagram->port = ntohs(four->sin_port);
  } else {
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)name;
    memcpy(datagram->source, &six->sin6_addr, 16);
    datagram->port = ntohs(six->sin6_port);
  }
}

enum { net_most = 64, net_room = 65536 };

int net_receive(int handle, uint8_t *_Nonnull room, net_datagram *_Nonnull datagrams, int most,
                uint32_t *_Nonnull overflown) {
  struct mmsghdr messages[net_most];
  struct iovec places[net_most];
  struct sockaddr_storage names[net_most];
  char controls[net_most][64];
  if (most > net_most) most = net_most;
  for (int at = 0; at < most; at++) {
    places[at] = (struct iovec){room + (size_t)at * net_room, net_room};
    messages[at].msg_hdr = (struct msghdr){
        .msg_name = &names[at], .msg_namelen = sizeof names[at], .msg_iov = &places[at], .msg_iovlen = 1,
        .msg_control = controls[at], .msg_controllen = sizeof controls[at]};
    messages[at].msg_len = 0;
  }
  const int count = recvmmsg(handle, messages, (unsigned)most, MSG_DONTWAIT | MSG_TRUNC, NULL);
  for (int at = 0; at < count; at++) {
    const uint32_t sent = messages[at].msg_len;
    datagrams[at].bytes = room + (size_t)at * net_room;
    datagrams[at].count = sent < net_room ? sent : net_room;
    datagrams[at].sent = sent;
    note_sender(&datagrams[at], &names[at]);
    struct msghdr *head = &messages[at].msg_hdr;
    for (struct cmsghdr *note = CMSG_FIRSTHDR(head); note; note = CMSG_NXTHDR(head, note))
      if (note->cmsg_level == SOL_SOCKET && note->cmsg_type == SO_RXQ_OVFL)
        memcpy(overflown, CMSG_DATA(note), sizeof *overflown);
  }
  return count;
}

int net_open_capture(const char *_Nonnull interface) {
  struct sockaddr_ll address;
  memset(&address, 0, sizeof address);
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = (int)if_nametoindex(interface);
  if (address.sll_ifindex == 0) return -1;
  // Opened for no protocol, so that nothing of other interfaces comes in before it is bound.
  const int handle = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (handle < 0) return -1;
  if (bind(handle, (const struct sockaddr *)&address, sizeof address) != 0) {
    const int code = errno;
    close(handle);
    errno = code;
    return -1;
  }
  return handle;
}

int net_capture(int handle, uint8_t *_Nonnull room, net_datagram *_Nonnull frames, int most,
                uint32_t *_Nonnull overflown) {
  return net_receive(handle, room, frames, most, overflown);
}

bool net_give_up_rights(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[2];
  memset(none, 0, sizeof none);
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_capset, &header, none) == 0;
}
