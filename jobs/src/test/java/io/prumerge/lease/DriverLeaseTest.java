package io.prumerge.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.cluster.FaultyFileSystem;
import io.prumerge.console.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
class DriverLeaseTest {

  @TempDir private Path run;

  private final AtomicInteger lost = new AtomicInteger();
  private LeaseFolder folder;

  @BeforeEach
  void open() throws IOException {
    folder =
        new LeaseFolder(
            new org.apache.hadoop.fs.Path(run.toUri()), FileSystem.getLocal(new Configuration()));
  }

  private DriverLease take(LeaseHolder me, LeaseClaim claim) throws IOException {
    return DriverLease.take(folder, me, LeasedWork.RUN, claim, lost::incrementAndGet);
  }

  private DriverLease take(String application) throws IOException {
    return take(LeaseHolder.here(application), LeaseClaim.WITHDRAW);
  }

  private Path file(LeaseHolder holder) {
    return run.resolve(LeaseFolder.NAME).resolve(holder.id() + ".json");
  }

  /** Dates a lease back by {@code seconds}. */
  private void silence(LeaseHolder holder, long seconds) throws IOException {
    FileTime written = Files.getLastModifiedTime(file(holder));
    Files.setLastModifiedTime(
        file(holder), FileTime.fromMillis(written.toMillis() - 1000 * seconds));
  }

  private static LeaseHolder elsewhere(
      String application, String host, String namespace, long pid) {
    LeaseHolder here = LeaseHolder.here(application);
    return new LeaseHolder(
        here.id(),
        application,
        host == null ? here.host() : host,
        host == null ? here.machine() : "another",
        pid,
        namespace == null ? here.pidNamespace() : namespace,
        "",
        here.heartbeatAt());
  }

  private static long deadProcess() throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(java, "-version").redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.waitFor();
    return process.pid();
  }

  @Test
  void keepsASecondDriverOutUntilItIsGivenUp() throws IOException {
    LeaseHolder first = LeaseHolder.here("app-1");
    try (DriverLease lease = take(first, LeaseClaim.WITHDRAW)) {
      assertThatThrownBy(() -> take("app-2"))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("application app-1 on %s (process %d)", first.host(), first.pid())
          .hasMessageContaining("takeOver");
      assertThat(run.resolve(LeaseFolder.NAME))
          .isDirectoryContaining("glob:**/" + first.id() + "*");
      lease.beat();
      assertThatCode(lease::check).doesNotThrowAnyException();
    }
    assertThat(run.resolve(LeaseFolder.NAME))
        .as("the refused driver deletes its lease too")
        .isEmptyDirectory();

    take("app-2").close();
    assertThat(lost).hasValue(0);
  }

  @Test
  void endsWithItsProcessOnTheSameHost() throws Exception {
    folder.write(elsewhere("app-1", null, null, deadProcess()));
    take("app-2").close();

    LeaseHolder here = LeaseHolder.here("app-3");
    folder.write(
        new LeaseHolder(
            here.id(),
            "app-3",
            here.host(),
            here.machine(),
            here.pid(),
            here.pidNamespace(),
            "2020-01-01T00:00:00Z", // another process with the same id
            here.heartbeatAt()));
    take("app-4").close();
  }

  @Test
  void aProcessNobodyHereCanSeeMayLive() throws Exception {
    long dead = deadProcess();
    LeaseHolder otherHost = elsewhere("app-1", "far.example", null, dead);
    folder.write(otherHost);
    assertThatThrownBy(() -> take("app-2")).hasMessageContaining("far.example");
    folder.delete(otherHost.id());

    folder.write(elsewhere("app-3", null, "pid:[1]", dead));
    assertThatThrownBy(() -> take("app-4")).hasMessageContaining("app-3");
  }

  /** Cloned machines have one name, and outside containers one namespace of processes. */
  @Test
  void aMachineOfTheSameNameIsAnother() throws Exception {
    LeaseHolder here = LeaseHolder.here("app-1");
    LeaseHolder namesake =
        new LeaseHolder(
            here.id(),
            "app-1",
            here.host(),
            "0b5a7d8e-another-boot",
            deadProcess(),
            here.pidNamespace(),
            "",
            here.heartbeatAt());
    folder.write(namesake);
    assertThatThrownBy(() -> take("app-2")).hasMessageContaining("app-1");

    silence(namesake, DriverLease.SILENCE.toSeconds() + 10);
    take("app-3").close();
  }

  @Test
  void aLeaseOfAnEarlierVersionIsReadAndEndsByItsSilenceAlone() throws Exception {
    LeaseHolder old = elsewhere("app-1", null, null, deadProcess());
    folder.write(old);
    String text = Files.readString(file(old)).replaceFirst("\"machine\" : [^,]*,\\s*", "");
    assertThat(text).doesNotContain("machine");
    Files.deleteIfExists(run.resolve(LeaseFolder.NAME).resolve("." + old.id() + ".json.crc"));
    Files.writeString(file(old), text);
    assertThatThrownBy(() -> take("app-2"))
        .as("read as a lease of its application")
        .hasMessageContaining("application app-1 on " + old.host());

    silence(old, DriverLease.SILENCE.toSeconds() + 10);
    take("app-3").close();
  }

  @Test
  void aFolderThatIsRemovedMeanwhileIsNoTakeOver() throws IOException {
    for (boolean beaten : new boolean[] {false, true}) {
      lost.set(0);
      try (DriverLease lease = take("app-1")) {
        FileUtils.deleteDirectory(run.toFile());
        if (beaten) {
          lease.beat();
        }
        assertThatThrownBy(lease::check)
            .isInstanceOf(Failure.class)
            .hasMessageContaining("the lease of this run is gone from file:" + run)
            .hasMessageContaining("removed or emptied")
            .satisfies(e -> assertThat(e.getMessage()).doesNotContain("taken"));
        assertThat(lost).hasValue(1);
      }
    }
  }

  @Test
  void endsByItsSilence() throws IOException {
    LeaseHolder other = elsewhere("app-1", "far.example", null, 1);
    folder.write(other);
    silence(other, DriverLease.SILENCE.toSeconds() / 2);
    assertThatThrownBy(() -> take("app-2")).hasMessageContaining("app-1");

    silence(other, 60);
    take("app-2").close();
    assertThat(file(other)).doesNotExist();
    assertThat(folder.isFree()).isTrue();
  }

  @Test
  void whoWasTakenOverStops() throws IOException {
    LeaseHolder first = LeaseHolder.here("app-1");
    try (DriverLease suspended = take(first, LeaseClaim.WITHDRAW);
        DriverLease winner = take(LeaseHolder.here("app-2"), LeaseClaim.TAKE_OVER)) {
      suspended.beat();
      suspended.beat();

      assertThat(lost).as("called once").hasValue(1);
      assertThatThrownBy(suspended::check)
          .isInstanceOf(Failure.class)
          .hasMessageStartingWith("Stopped: application app-2 on ");
      assertThat(file(first)).doesNotExist();
      winner.beat();
      assertThatCode(winner::check).doesNotThrowAnyException();
    }
  }

  @Test
  void whoSleptThroughAllOfItCommitsNothing() throws IOException {
    try (DriverLease suspended = take("app-1")) {
      take(LeaseHolder.here("app-2"), LeaseClaim.TAKE_OVER).close();

      assertThatThrownBy(suspended::check)
          .as("before any heartbeat, and after the other driver has finished")
          .isInstanceOf(Failure.class)
          .hasMessageStartingWith("Stopped: application app-2 on ")
          .hasMessageEndingWith(" has taken this run over");
      assertThat(lost).hasValue(1);
    }
    assertThat(folder.isFree()).isTrue();
  }

  @Test
  void aHeartbeatThatComesTooLateBringsNoLeaseBack() throws IOException {
    LeaseHolder first = LeaseHolder.here("app-1");
    try (DriverLease suspended = take(first, LeaseClaim.WITHDRAW)) {
      take(LeaseHolder.here("app-2"), LeaseClaim.TAKE_OVER).close();
      folder.write(first); // the heartbeat had looked before it was suspended

      assertThatThrownBy(suspended::check).hasMessageStartingWith("Stopped: application app-2 on ");
      assertThat(file(first)).doesNotExist();
    }
  }

  @Test
  void aHiccupOfTheStoreEndsNoLease() throws IOException {
    Configuration hadoop = new Configuration();
    FaultyFileSystem.register(hadoop);
    org.apache.hadoop.fs.Path faulty = new org.apache.hadoop.fs.Path("faulty:" + run);
    LeaseFolder leases = new LeaseFolder(faulty, faulty.getFileSystem(hadoop));
    try (DriverLease lease =
        DriverLease.take(
            leases,
            LeaseHolder.here("app-1"),
            LeasedWork.RUN,
            LeaseClaim.WITHDRAW,
            lost::incrementAndGet)) {
      FaultyFileSystem.fail(FaultyFileSystem.Fault.DISK_FULL, "_lease/");

      lease.beat();

      assertThat(FaultyFileSystem.hasFailed()).isTrue();
      assertThatCode(lease::check).doesNotThrowAnyException();
      lease.beat();
      assertThat(lost).hasValue(0);
    }
  }

  @Test
  void aLeaseThatCannotBeReadIsOneAllTheSame() throws IOException {
    Files.createDirectories(run.resolve(LeaseFolder.NAME));
    Files.writeString(run.resolve(LeaseFolder.NAME).resolve("half.json"), "{\"id\": \"ha");

    assertThatThrownBy(() -> take("app-1")).hasMessageContaining("another driver holds it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{\"id\": \"ha",
        "pid = 0",
        "pid = -1",
        "process_started_at = \"yesterday\"",
        "host = null"
      })
  void aBrokenLeaseHoldsTheRunUntilItIsSilentOnly(String broken) throws IOException {
    LeaseHolder other = LeaseHolder.here("app-1");
    folder.write(other);
    String[] change = broken.split(" = ", 2);
    String text =
        change.length == 1
            ? broken
            : Files.readString(file(other))
                .replaceFirst("(\"%s\" : )[^,\n]*".formatted(change[0]), "$1" + change[1]);
    Files.deleteIfExists(run.resolve(LeaseFolder.NAME).resolve("." + other.id() + ".json.crc"));
    Files.writeString(file(other), text);

    assertThatThrownBy(() -> take("app-2"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("another driver holds it, with a heartbeat ")
        .hasMessageMatching(
            ".*; its lease file is cut off, as by a crash, and without another heartbeat ends in"
                + " (\\d|[1-6]\\d) s\\. .*")
        .hasMessageEndingWith("Wait until it has ended, or end it with takeOver");

    silence(other, DriverLease.SILENCE.toSeconds() + 10);
    take("app-3").close();
    assertThat(file(other)).doesNotExist();
  }

  @Test
  void aHeartbeatOutlivesABrokenLeaseBesideIt() throws IOException {
    try (DriverLease lease = take("app-1")) {
      Files.writeString(run.resolve(LeaseFolder.NAME).resolve("other.json"), "null");

      lease.beat();

      assertThatCode(lease::check).doesNotThrowAnyException();
    }
    assertThat(lost).hasValue(0);
  }

  @Test
  void noHeartbeatIsTheLastWhateverTheStoreThrows() throws IOException {
    AtomicBoolean broken = new AtomicBoolean();
    FileSystem moody =
        new FilterFileSystem(FileSystem.getLocal(new Configuration())) {
          @Override
          public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
            if (broken.getAndSet(false)) {
              throw new IllegalStateException("Connection pool shut down");
            }
            return super.getFileStatus(path);
          }
        };
    LeaseFolder leases = new LeaseFolder(new org.apache.hadoop.fs.Path(run.toUri()), moody);
    LeaseHolder me = LeaseHolder.here("app-1");
    try (DriverLease lease =
        DriverLease.take(leases, me, LeasedWork.RUN, LeaseClaim.WITHDRAW, lost::incrementAndGet)) {
      broken.set(true);
      assertThatCode(lease::beat).doesNotThrowAnyException();
      assertThat(broken).as("it was thrown").isFalse();
      assertThatCode(lease::check).doesNotThrowAnyException();
    }
  }

  @Test
  void saysWhereWaitingDoesNotHelp() throws IOException {
    LeaseHolder other = elsewhere("app-1", "far.example", null, 1);
    folder.write(other);
    silence(other, -3600); // as if the clock was set back since

    assertThatThrownBy(() -> take("app-2"))
        .hasMessageContaining("app-1 on far.example")
        .hasMessageMatching(
            ".* its file is dated 3[56]\\d\\d s in the future, so waiting may not help\\. .*");
    take(LeaseHolder.here("app-3"), LeaseClaim.TAKE_OVER).close();
    assertThat(folder.isFree()).isTrue();
  }

  @Test
  void ofManyAtOnceNoTwoGetIt() throws Exception {
    int drivers = 8;
    ExecutorService threads = Executors.newFixedThreadPool(drivers);
    CountDownLatch start = new CountDownLatch(drivers);
    try {
      List<Future<Optional<DriverLease>>> taken = new ArrayList<>();
      for (int i = 0; i < drivers; i++) {
        String application = "app-" + i;
        taken.add(
            threads.submit(
                () -> {
                  start.countDown();
                  start.await();
                  try {
                    return Optional.of(take(application));
                  } catch (Failure e) {
                    return Optional.empty();
                  }
                }));
      }
      List<DriverLease> winners = new ArrayList<>();
      for (Future<Optional<DriverLease>> one : taken) {
        one.get().ifPresent(winners::add);
      }
      int held = winners.size();
      for (DriverLease winner : winners) {
        winner.close();
      }
      assertThat(held).isLessThanOrEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }
}
