#define _GNU_SOURCE
#include "CDuckDB.h"

#include <dlfcn.h>
#include <stdio.h>

static duck_api api;

const duck_api *duck_load(const char *path, char *why, size_t size) {
  // The library is specific to this version of Python.
  if (!dlopen("libpython3.11.so.1.0", RTLD_NOW | RTLD_GLOBAL)) {
    snprintf(why, size, "%s", dlerror());
    return NULL;
  }
  // Its tens of thousands of names are looked up in itself first, not in all that this program has loaded, and those of
  // functions only once they are called: together a quarter of the start of a hunt.
  void *library = dlopen(path, RTLD_LAZY | RTLD_LOCAL | RTLD_DEEPBIND);
  if (!library) {
    snprintf(why, size, "%s", dlerror());
    return NULL;
  }
#define DUCK_LOAD(type, name, parameters)                                                                              \
  if (!(api.name = (type(*) parameters)dlsym(library, "duckdb_" #name))) {                                             \
    snprintf(why, size, "it has no duckdb_" #name);                                                                    \
    return NULL;                                                                                                       \
  }
  DUCK_CALLS(DUCK_LOAD)
#undef DUCK_LOAD
  return &api;
}
