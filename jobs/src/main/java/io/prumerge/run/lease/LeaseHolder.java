package io.prumerge.run.lease;

import io.prumerge.spark.HostName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A driver that holds a run, as its lease file says.
 *
 * @param id this lease's own
 * @param application Spark's id of the application
 * @param host where the driver runs
 * @param pid its process
 * @param pidNamespace where that number counts, since containers of one host may have equal ones;
 *     empty where the system does not say
 * @param processStartedAt when the process began (ISO 8601), since numbers are used again; empty
 *     where the system does not say
 * @param heartbeatAt when it was last heard (ISO 8601), for people: ages go by the store's clock
 * @param takesOver leases that this one has ended
 */
public record LeaseHolder(
    String id,
    String application,
    String host,
    long pid,
    String pidNamespace,
    String processStartedAt,
    String heartbeatAt,
    List<String> takesOver) {

  private static final Path NAMESPACE = Path.of("/proc/self/ns/pid");

  /** Start times are reckoned from ticks and may differ by rounding. */
  private static final Duration SAME_START = Duration.ofSeconds(5);

  public LeaseHolder {
    takesOver = List.copyOf(takesOver);
    if (pid < 1) { // which no process has: that none is there would say nothing
      throw new IllegalArgumentException(String.format(Locale.ROOT, "pid is %d", pid));
    }
    if (!processStartedAt.isEmpty()) {
      requireTime(processStartedAt);
    }
  }

  private static void requireTime(String text) {
    try {
      Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "process_started_at is '%s'", text), e);
    }
  }

  /** This process, with a new lease. */
  public static LeaseHolder here(String application) {
    ProcessHandle process = ProcessHandle.current();
    return new LeaseHolder(
        UUID.randomUUID().toString(),
        application,
        HostName.own(),
        process.pid(),
        namespace(),
        startedAt(process),
        Instant.now().toString(),
        List.of());
  }

  /** The same lease, heard now. */
  LeaseHolder heard() {
    return ending(takesOver);
  }

  /** The same lease, heard now, which has ended others. */
  LeaseHolder ending(List<String> others) {
    return new LeaseHolder(
        id,
        application,
        host,
        pid,
        pidNamespace,
        processStartedAt,
        Instant.now().toString(),
        others);
  }

  /** Whether the process is known to have ended: only one of the observer's own host is. */
  public boolean isDead(LeaseHolder observer) {
    return host.equals(observer.host)
        && pidNamespace.equals(observer.pidNamespace)
        && ProcessHandle.of(pid).filter(this::isHolder).isEmpty();
  }

  private boolean isHolder(ProcessHandle process) {
    Optional<Instant> started = process.info().startInstant();
    return processStartedAt.isEmpty()
        || started.isEmpty()
        || Duration.between(Instant.parse(processStartedAt), started.get())
                .abs()
                .compareTo(SAME_START)
            < 0;
  }

  private static String startedAt(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("");
  }

  private static String namespace() {
    try {
      return Files.readSymbolicLink(NAMESPACE).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return ""; // no Linux
    }
  }

  /** For people. */
  String displayName() {
    return String.format(Locale.ROOT, "application %s on %s (process %d)", application, host, pid);
  }
}
