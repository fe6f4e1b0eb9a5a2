// The C door of libmodsecurity's C++ interface: load rules, judge one request, hear which rules matched.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Loaded rules; immutable once loaded, so several threads may judge with one at a time each.
typedef struct modsec_engine modsec_engine;

typedef struct {
  const char *_Nonnull bytes;
  size_t count;
} modsec_text;

typedef struct {
  modsec_text name;
  modsec_text value;
} modsec_header;

// A request; method, uri and version end at their first NUL, as libmodsecurity takes C strings there.
typedef struct {
  modsec_text method;
  modsec_text uri;
  modsec_text version;  // "1.1", without "HTTP/"
  const modsec_header *_Nullable headers;
  size_t header_count;
  modsec_text body;
} modsec_request;

// One rule message; the texts live until the callback returns.
typedef struct {
  int rule;
  int severity;
  modsec_text match;  // "Matched "Operator `Rx' … against variable `ARGS:p' (Value: `…' )"
  modsec_text data;   // the rule's expanded logdata
} modsec_match;

typedef void (*modsec_on_match)(void *_Nullable context, const modsec_match *_Nonnull match);

// An engine without rules.
modsec_engine *_Nullable modsec_create(void);

// Adds rules written in the text; `error` receives the parser's words. True when all were understood.
bool modsec_add_text(modsec_engine *_Nonnull engine, const char *_Nonnull text, char *_Nonnull error, size_t room);

// Adds the rules of a file.
bool modsec_add_file(modsec_engine *_Nonnull engine, const char *_Nonnull path, char *_Nonnull error, size_t room);

void modsec_destroy(modsec_engine *_Nonnull engine);

// Runs the request's phases 1 and 2; true when it ran, false when the library threw.
// `score` receives the named TX variable as a number, 0 when it was never set.
bool modsec_judge(modsec_engine *_Nonnull engine, const modsec_request *_Nonnull request,
                  const char *_Nonnull score_variable, long *_Nonnull score, modsec_on_match _Nonnull on_match,
                  void *_Nullable context);

// Runs phase 1 for a request from a client; the status with which the rules stop it, 0 when they do not, -1 when the
// library threw.
int modsec_stops(modsec_engine *_Nonnull engine, const modsec_request *_Nonnull request, const char *_Nonnull client,
                 int port);

// libinjection, which libmodsecurity carries and exports: 1 when the bytes are taken for an injection.
int libinjection_sqli(const char *_Nonnull bytes, size_t count, char *_Nonnull fingerprint);
int libinjection_xss(const char *_Nonnull bytes, size_t count);

#ifdef __cplusplus
}
#endif
