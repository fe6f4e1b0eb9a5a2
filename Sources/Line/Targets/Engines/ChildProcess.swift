import Glibc

/// A program of our own, in a process group of its own.
///
/// Foundation's `Process` learns of an end by a descriptor that daemons close at once, and hands down the caller's blocked
/// signals; so the two calls are made here.
struct ChildProcess {
  private let id: pid_t

  /// Both outputs go to the file. nil where the program cannot be started.
  init?(_ program: String, _ arguments: [String], output: String) {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETPGROUP))
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    defer { for word in words { free(word) } }
    words.append(nil)
    var child: pid_t = 0
    guard posix_spawn(&child, program, &actions, &attributes, words, environ) == 0 else { return nil }
    id = child
  }

  /// Whether it has not ended yet.
  var isRunning: Bool {
    var status: siginfo_t = siginfo_t()
    return waitid(P_PID, id_t(id), &status, WEXITED | WNOHANG | WNOWAIT) == 0 && status.si_signo == 0
  }

  /// Ends it and its children; they hold nothing worth saving.
  func end() {
    kill(-id, SIGKILL)
    waitpid(id, nil, 0)
  }
}
