#pragma once
#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast of a number to a function pointer, which is not imported: SQLite copies what is bound.
static inline int csqlite_bind_text(sqlite3_stmt *statement, int place, const char *text, int count) {
  return sqlite3_bind_text(statement, place, text, count, SQLITE_TRANSIENT);
}
static inline int csqlite_bind_blob(sqlite3_stmt *statement, int place, const void *bytes, int count) {
  return sqlite3_bind_blob(statement, place, bytes, count, SQLITE_TRANSIENT);
}
