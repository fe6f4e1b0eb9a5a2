// Linux's network namespaces and packet sockets, which Swift's Glibc does not show.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Puts the calling thread, and what it starts from now on, into a network namespace of its own; false without the right.
bool net_leave(void);

// A packet socket for the loopback device, which is brought up; -1 without the right.
int net_loopback(void);

// Sends a whole frame over the loopback device, with a mark that packet filters see.
bool net_send(int handle, const uint8_t *_Nonnull frame, size_t count, uint32_t mark);

// One datagram that net_receive took: its bytes, how many it had on the wire, and who sent it (IPv4 as ::ffff:0:0/96).
typedef struct {
  const uint8_t *_Nonnull bytes;
  uint32_t count;
  uint32_t sent;
  uint8_t source[16];
  uint16_t port;
} net_datagram;

// Takes the datagrams that wait, at most `most` (64), into `room` (64 KiB each); how many there were. `overflown` becomes
// what the kernel dropped since the socket was opened, because nobody took it in time.
int net_receive(int handle, uint8_t *_Nonnull room, net_datagram *_Nonnull datagrams, int most,
                uint32_t *_Nonnull overflown);

// Gives a socket as much room for waiting datagrams as it may have, with the right or without, and has drops counted.
void net_make_room(int handle, int bytes);

// A packet socket on one interface, for everything that comes in and goes out; -1 with errno set.
int net_open_capture(const char *_Nonnull interface);

// Takes the frames that wait, as net_receive does; `port` is 4 for those that this machine sent.
int net_capture(int handle, uint8_t *_Nonnull room, net_datagram *_Nonnull frames, int most,
                uint32_t *_Nonnull overflown);

// Gives up every capability of the calling thread and of those it starts; what its user owns stays in reach.
bool net_give_up_rights(void);
