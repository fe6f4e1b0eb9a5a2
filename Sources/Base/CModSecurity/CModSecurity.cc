#include "CModSecurity.h"

// The library's intervention.h frees without saying where free comes from.
#include <cstdlib>

#include <modsecurity/intervention.h>
#include <modsecurity/modsecurity.h>
#include <modsecurity/rule_message.h>
#include <modsecurity/rules_set.h>
#include <modsecurity/transaction.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <mutex>
#include <string>

struct modsec_engine {
  modsecurity::ModSecurity library;
  modsecurity::RulesSet rules;
};

namespace {

// The parser of rules and the making and ending of engines keep state in globals of the library.
std::mutex loading;

struct Listener {
  modsec_on_match tell;
  void *context;
};

modsec_text text(const std::string &string) { return modsec_text{string.data(), string.size()}; }

std::string string(const modsec_text &text) { return std::string(text.bytes, text.count); }

void on_message(void *data, const void *message) {
  if (data == nullptr || message == nullptr) return;
  const auto *listener = static_cast<const Listener *>(data);
  const auto *rule = static_cast<const modsecurity::RuleMessage *>(message);
  const modsec_match match{rule->m_ruleId, rule->m_severity, text(rule->m_match), text(rule->m_data)};
  listener->tell(listener->context, &match);
}

bool report(modsec_engine *engine, int result, char *error, size_t room) {
  if (result >= 0) return true;
  std::snprintf(error, room, "%s", engine->rules.getParserError().c_str());
  return false;
}

}  // namespace

extern "C" modsec_engine *modsec_create(void) {
  const std::lock_guard<std::mutex> alone(loading);
  try {
    auto engine = std::make_unique<modsec_engine>();
    engine->library.setServerLogCb(on_message, modsecurity::RuleMessageLogProperty);
    return engine.release();
  } catch (const std::exception &) {
    return nullptr;
  }
}

extern "C" bool modsec_add_text(modsec_engine *engine, const char *rules, char *error, size_t room) {
  const std::lock_guard<std::mutex> alone(loading);
  try {
    return report(engine, engine->rules.load(rules), error, room);
  } catch (const std::exception &thrown) {
    std::snprintf(error, room, "%s", thrown.what());
    return false;
  }
}

extern "C" bool modsec_add_file(modsec_engine *engine, const char *path, char *error, size_t room) {
  const std::lock_guard<std::mutex> alone(loading);
  try {
    return report(engine, engine->rules.loadFromUri(path), error, room);
  } catch (const std::exception &thrown) {
    std::snprintf(error, room, "%s", thrown.what());
    return false;
  }
}

extern "C" void modsec_destroy(modsec_engine *engine) {
  const std::lock_guard<std::mutex> alone(loading);
  delete engine;
}

extern "C" bool modsec_judge(modsec_engine *engine, const modsec_request *request, const char *score_variable,
                             long *score, modsec_on_match on_match, void *context) {
  try {
    Listener listener{on_match, context};
    modsecurity::Transaction transaction(&engine->library, &engine->rules, &listener);
    transaction.processConnection("192.0.2.1", 50000, "192.0.2.2", 80);
    transaction.processURI(string(request->uri).c_str(), string(request->method).c_str(),
                           string(request->version).c_str());
    for (size_t i = 0; i < request->header_count; ++i) {
      transaction.addRequestHeader(string(request->headers[i].name), string(request->headers[i].value));
    }
    transaction.processRequestHeaders();
    if (request->body.count > 0) {
      transaction.appendRequestBody(reinterpret_cast<const unsigned char *>(request->body.bytes),
                                    request->body.count);
    }
    transaction.processRequestBody();
    const auto value = transaction.m_collections.m_tx_collection->resolveFirst(score_variable);
    *score = value == nullptr ? 0 : std::strtol(value->c_str(), nullptr, 10);
    return true;
  } catch (const std::exception &) {
    return false;
  }
}

extern "C" int modsec_stops(modsec_engine *engine, const modsec_request *request, const char *client, int port) {
  try {
    modsecurity::Transaction transaction(&engine->library, &engine->rules, nullptr);
    transaction.processConnection(client, port, "192.0.2.2", 80);
    transaction.processURI(string(request->uri).c_str(), string(request->method).c_str(),
                           string(request->version).c_str());
    for (size_t i = 0; i < request->header_count; ++i) {
      transaction.addRequestHeader(string(request->headers[i].name), string(request->headers[i].value));
    }
    transaction.processRequestHeaders();
    modsecurity::ModSecurityIntervention intervention;
    modsecurity::intervention::clean(&intervention);
    const bool stopped = transaction.intervention(&intervention);
    const int status = intervention.status;
    modsecurity::intervention::free(&intervention);
    return stopped ? status : 0;
  } catch (const std::exception &) {
    return -1;
  }
}
