package io.prumerge.lease;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.prumerge.host.MachineId;
import io.prumerge.lang.Text;
import io.prumerge.spark.HostName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A driver that holds a folder: the content of its lease file.
 *
 * @param id the lease's id
 * @param application Spark's application id
 * @param host name of the driver's host, for messages: other machines may have the same
 * @param machine {@link MachineId} of the driver's host; empty if unknown, as in leases of earlier
 *     versions
 * @param pid the driver's process id
 * @param pidNamespace namespace of the process id, since containers on one host may have equal ids;
 *     empty if unknown
 * @param processStartedAt start time of the process (ISO 8601), since process ids are reused; empty
 *     if unknown
 * @param heartbeatAt time of the last heartbeat (ISO 8601), for information only: ages use the
 *     store's clock
 */
public record LeaseHolder(
    String id,
    String application,
    String host,
    @JsonSetter(nulls = Nulls.AS_EMPTY) String machine,
    long pid,
    String pidNamespace,
    String processStartedAt,
    String heartbeatAt) {

  private static final Path NAMESPACE = Path.of("/proc/self/ns/pid");

  /** Tolerance of start times, which are computed from clock ticks and may differ by rounding. */
  private static final Duration SAME_START = Duration.ofSeconds(5);

  public LeaseHolder {
    if (pid < 1) { // no process has such an id, so its absence would prove nothing
      throw new IllegalArgumentException(Text.format("pid is %d", pid));
    }
    if (!processStartedAt.isEmpty()) {
      requireTime(processStartedAt);
    }
  }

  private static void requireTime(String text) {
    try {
      Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(Text.format("process_started_at is '%s'", text), e);
    }
  }

  /** Returns this process with a new lease. */
  public static LeaseHolder here(String application) {
    ProcessHandle process = ProcessHandle.current();
    return new LeaseHolder(
        UUID.randomUUID().toString(),
        application,
        HostName.ofThisHost(),
        MachineId.own(),
        process.pid(),
        namespace(),
        startedAt(process),
        Instant.now().toString());
  }

  /** Returns this lease with a heartbeat of now. */
  LeaseHolder heard() {
    return new LeaseHolder(
        id,
        application,
        host,
        machine,
        pid,
        pidNamespace,
        processStartedAt,
        Instant.now().toString());
  }

  /**
   * Returns whether the process is known to have ended. Only a process on the observer's machine
   * can be known.
   */
  public boolean isDead(LeaseHolder observer) {
    return !machine.isEmpty()
        && machine.equals(observer.machine)
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

  /** Returns the driver as text. */
  String displayName() {
    return Text.format("application %s on %s (process %d)", application, host, pid);
  }
}
