#pragma once
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>

// Variadic functions are not imported into Swift: these have a fixed signature.

struct cmhd_settings {
  const struct sockaddr *address;
  unsigned int threads;
  unsigned int connections;
  unsigned int connections_per_address;
  unsigned int idle_seconds;
  size_t memory_per_connection;
  // PEM texts; both NULL for plain HTTP.
  const char *certificate;
  const char *key;
};

static inline struct MHD_Daemon *cmhd_start(
    const struct cmhd_settings *settings, MHD_AccessHandlerCallback handler,
    MHD_RequestCompletedCallback completed, MHD_NotifyConnectionCallback connected, void *context) {
  struct MHD_OptionItem options[12];
  int count = 0;
#define CMHD_OPTION(name, number, pointer) \
  options[count++] = (struct MHD_OptionItem){name, (intptr_t)(number), (void *)(pointer)}
  CMHD_OPTION(MHD_OPTION_SOCK_ADDR, 0, settings->address);
  CMHD_OPTION(MHD_OPTION_NOTIFY_COMPLETED, completed, context);
  CMHD_OPTION(MHD_OPTION_NOTIFY_CONNECTION, connected, context);
  CMHD_OPTION(MHD_OPTION_THREAD_POOL_SIZE, settings->threads, NULL);
  CMHD_OPTION(MHD_OPTION_CONNECTION_LIMIT, settings->connections, NULL);
  CMHD_OPTION(MHD_OPTION_PER_IP_CONNECTION_LIMIT, settings->connections_per_address, NULL);
  CMHD_OPTION(MHD_OPTION_CONNECTION_TIMEOUT, settings->idle_seconds, NULL);
  CMHD_OPTION(MHD_OPTION_CONNECTION_MEMORY_LIMIT, settings->memory_per_connection, NULL);
  unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
  if (settings->address->sa_family == AF_INET6) flags |= MHD_USE_IPv6;
  if (settings->certificate) {
    flags |= MHD_USE_TLS;
    CMHD_OPTION(MHD_OPTION_HTTPS_MEM_CERT, 0, settings->certificate);
    CMHD_OPTION(MHD_OPTION_HTTPS_MEM_KEY, 0, settings->key);
  }
  CMHD_OPTION(MHD_OPTION_END, 0, NULL);
#undef CMHD_OPTION
  return MHD_start_daemon(flags, 0, NULL, NULL, handler, context, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

// The port that was bound: another than asked for where that was 0.
static inline unsigned int cmhd_port(struct MHD_Daemon *daemon) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
  return info ? info->port : 0;
}

// The other end's address in words; empty where unknown.
static inline void cmhd_client(struct MHD_Connection *connection, char *words, unsigned int size) {
  words[0] = 0;
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (!info || !info->client_addr) return;
  const struct sockaddr *address = info->client_addr;
  if (address->sa_family == AF_INET)
    inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, words, size);
  if (address->sa_family == AF_INET6)
    inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, words, size);
}

static inline int cmhd_socket(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info ? info->connect_fd : -1;
}
