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
