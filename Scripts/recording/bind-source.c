// Gives each tool a loopback address of its own: every outgoing TCP connection of the process is bound to
// SOURCE_ADDRESS first. Loaded with LD_PRELOAD, since most tools have no option for it.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int connect(int socket, const struct sockaddr *address, socklen_t length) {
  static int (*next)(int, const struct sockaddr *, socklen_t);
  if (!next) next = (int (*)(int, const struct sockaddr *, socklen_t))dlsym(RTLD_NEXT, "connect");
  const char *source = getenv("SOURCE_ADDRESS");
  if (source && address->sa_family == AF_INET) {
    struct sockaddr_in own;
    memset(&own, 0, sizeof own);
    own.sin_family = AF_INET;
    if (inet_pton(AF_INET, source, &own.sin_addr) == 1) bind(socket, (struct sockaddr *)&own, sizeof own);
  }
  return next(socket, address, length);
}
