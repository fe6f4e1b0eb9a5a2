// DuckDB's C API as far as Weir uses it, reached at run time: a machine without the library runs everything else.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct duck_database_s *duck_database;
typedef struct duck_connection_s *duck_connection;
typedef struct duck_config_s *duck_config;
typedef struct duck_statement_s *duck_statement;
typedef struct duck_statements_s *duck_statements;
typedef struct duck_type_s *duck_type;
typedef struct duck_chunk_s *duck_chunk;
typedef struct duck_vector_s *duck_vector;
typedef struct duck_value_s *duck_value;
typedef struct duck_function_s *duck_function;
typedef struct duck_table_function_s *duck_table_function;
typedef struct duck_info_s *duck_info;

// 128 bits; a UUID's column holds them with the highest bit turned over, so that signed order is the order of bytes.
typedef struct {
  uint64_t lower;
  uint64_t upper;
} duck_huge;

// A result on the caller's side; only the library looks into it.
typedef struct {
  uint64_t unused[5];
  void *_Nullable inner;
} duck_result;

// Calls of the library: 0 is success.
#define DUCK_CALLS(CALL)                                                                                               \
  CALL(const char *_Nullable, library_version, (void))                                                                 \
  CALL(int, create_config, (duck_config _Nullable *_Nonnull))                                                          \
  CALL(int, set_config, (duck_config _Nonnull, const char *_Nonnull, const char *_Nonnull))                            \
  CALL(void, destroy_config, (duck_config _Nullable *_Nonnull))                                                        \
  CALL(int, open_ext,                                                                                                  \
       (const char *_Nullable, duck_database _Nullable *_Nonnull, duck_config _Nullable, char *_Nullable *_Nonnull))   \
  CALL(void, close, (duck_database _Nullable *_Nonnull))                                                               \
  CALL(int, connect, (duck_database _Nonnull, duck_connection _Nullable *_Nonnull))                                    \
  CALL(void, disconnect, (duck_connection _Nullable *_Nonnull))                                                        \
  CALL(void, interrupt, (duck_connection _Nonnull))                                                                    \
  CALL(void, free, (void *_Nullable))                                                                                  \
  CALL(uint64_t, extract_statements,                                                                                   \
       (duck_connection _Nonnull, const char *_Nonnull, duck_statements _Nullable *_Nonnull))                          \
  CALL(const char *_Nullable, extract_statements_error, (duck_statements _Nonnull))                                    \
  CALL(void, destroy_extracted, (duck_statements _Nullable *_Nonnull))                                                 \
  CALL(int, prepare_extracted_statement,                                                                               \
       (duck_connection _Nonnull, duck_statements _Nonnull, uint64_t, duck_statement _Nullable *_Nonnull))             \
  CALL(const char *_Nullable, prepare_error, (duck_statement _Nonnull))                                                \
  CALL(void, destroy_prepare, (duck_statement _Nullable *_Nonnull))                                                    \
  CALL(int, prepared_statement_type, (duck_statement _Nonnull))                                                        \
  CALL(int, bind_value, (duck_statement _Nonnull, uint64_t, duck_value _Nonnull))                                      \
  CALL(int, execute_prepared_streaming, (duck_statement _Nonnull, duck_result *_Nonnull))                              \
  CALL(void, destroy_result, (duck_result *_Nonnull))                                                                  \
  CALL(const char *_Nullable, result_error, (duck_result *_Nonnull))                                                   \
  CALL(uint64_t, column_count, (duck_result *_Nonnull))                                                                \
  CALL(const char *_Nullable, column_name, (duck_result *_Nonnull, uint64_t))                                          \
  CALL(int, column_type, (duck_result *_Nonnull, uint64_t))                                                            \
  CALL(duck_chunk _Nullable, fetch_chunk, (duck_result))                                                               \
  CALL(duck_type _Nullable, create_logical_type, (int))                                                                \
  CALL(void, destroy_logical_type, (duck_type _Nullable *_Nonnull))                                                    \
  CALL(void, destroy_data_chunk, (duck_chunk _Nullable *_Nonnull))                                                     \
  CALL(duck_vector _Nullable, data_chunk_get_vector, (duck_chunk _Nonnull, uint64_t))                                  \
  CALL(uint64_t, data_chunk_get_column_count, (duck_chunk _Nonnull))                                                   \
  CALL(uint64_t, data_chunk_get_size, (duck_chunk _Nonnull))                                                           \
  CALL(void, data_chunk_set_size, (duck_chunk _Nonnull, uint64_t))                                                     \
  CALL(void *_Nullable, vector_get_data, (duck_vector _Nonnull))                                                       \
  CALL(uint64_t *_Nullable, vector_get_validity, (duck_vector _Nonnull))                                               \
  CALL(void, vector_ensure_validity_writable, (duck_vector _Nonnull))                                                  \
  CALL(void, vector_assign_string_element_len, (duck_vector _Nonnull, uint64_t, const char *_Nonnull, uint64_t))       \
  CALL(duck_type _Nullable, create_enum_type, (const char *_Nullable *_Nonnull, uint64_t))                             \
  CALL(duck_table_function _Nullable, create_table_function, (void))                                                   \
  CALL(void, destroy_table_function, (duck_table_function _Nullable *_Nonnull))                                        \
  CALL(void, table_function_set_name, (duck_table_function _Nonnull, const char *_Nonnull))                            \
  CALL(void, table_function_set_extra_info,                                                                            \
       (duck_table_function _Nonnull, void *_Nonnull, void (*_Nullable)(void *_Nullable)))                             \
  CALL(void, table_function_set_bind, (duck_table_function _Nonnull, void (*_Nonnull)(duck_info _Nullable)))           \
  CALL(void, table_function_set_init, (duck_table_function _Nonnull, void (*_Nonnull)(duck_info _Nullable)))           \
  CALL(void, table_function_set_function,                                                                              \
       (duck_table_function _Nonnull, void (*_Nonnull)(duck_info _Nullable, duck_chunk _Nullable)))                    \
  CALL(int, register_table_function, (duck_connection _Nonnull, duck_table_function _Nonnull))                         \
  CALL(void *_Nullable, bind_get_extra_info, (duck_info _Nonnull))                                                     \
  CALL(void, bind_add_result_column, (duck_info _Nonnull, const char *_Nonnull, duck_type _Nonnull))                   \
  CALL(void *_Nullable, init_get_extra_info, (duck_info _Nonnull))                                                     \
  CALL(void *_Nullable, function_get_extra_info, (duck_info _Nonnull))                                                 \
  CALL(duck_value _Nullable, create_int64, (int64_t))                                                                  \
  CALL(duck_value _Nullable, create_varchar_length, (const char *_Nonnull, uint64_t))                                  \
  CALL(duck_value _Nullable, create_uuid, (duck_huge))                                                                 \
  CALL(duck_value _Nullable, create_list_value, (duck_type _Nonnull, duck_value _Nullable *_Nonnull, uint64_t))        \
  CALL(void, destroy_value, (duck_value _Nullable *_Nonnull))                                                          \
  CALL(duck_function _Nullable, create_scalar_function, (void))                                                        \
  CALL(void, destroy_scalar_function, (duck_function _Nullable *_Nonnull))                                             \
  CALL(void, scalar_function_set_name, (duck_function _Nonnull, const char *_Nonnull))                                 \
  CALL(void, scalar_function_add_parameter, (duck_function _Nonnull, duck_type _Nonnull))                              \
  CALL(void, scalar_function_set_return_type, (duck_function _Nonnull, duck_type _Nonnull))                            \
  CALL(void, scalar_function_set_function,                                                                             \
       (duck_function _Nonnull, void (*_Nonnull)(duck_info _Nullable, duck_chunk _Nullable, duck_vector _Nullable)))   \
  CALL(int, register_scalar_function, (duck_connection _Nonnull, duck_function _Nonnull))

// Every call, named as in the library without its `duckdb_`.
typedef struct {
#define DUCK_MEMBER(type, name, parameters) type(*_Nonnull name) parameters;
  DUCK_CALLS(DUCK_MEMBER)
#undef DUCK_MEMBER
} duck_api;

// Numbers of types, as the library has them.
enum {
  DUCK_BOOLEAN = 1,
  DUCK_INTEGER = 4,
  DUCK_BIGINT = 5,
  DUCK_DOUBLE = 11,
  DUCK_VARCHAR = 17,
  DUCK_BLOB = 18,
  DUCK_TIMESTAMP_NS = 22,
  DUCK_UUID = 27,
};

// Loads the library at `path`, and Python's before it, whose symbols it names; no interpreter is started. NULL with
// words in `why` (room for `size`) where that fails.
const duck_api *_Nullable duck_load(const char *_Nonnull path, char *_Nonnull why, size_t size);
