#pragma once
// What glibc's allocator can do beside malloc and free, which Swift's Glibc does not show.
#include <malloc.h>
