#define _GNU_SOURCE
#include "CNetwork.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
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
