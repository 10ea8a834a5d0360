package io.prumerge.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.console.Failure;
import io.prumerge.lease.DriverLease;
import io.prumerge.lease.LeaseClaim;
import io.prumerge.lease.LeaseFolder;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.report.RunAnswers;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.store.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/** Reads a run's own files for tests of other packages. */
public final class RunReading {

  /** The exception for a damaged file. */
  public static final Class<? extends Exception> REFUSAL = Failure.class;

  private static final FileSystem FILES = files();

  /**
   * A file system without checksums, which would detect a change first, and without a process per
   * change of permissions.
   */
  static final class PlainFiles extends RawLocalFileSystem {
    @Override
    public void setPermission(org.apache.hadoop.fs.Path path, FsPermission permission) {
      // Permissions are not needed here.
    }
  }

  private RunReading() {}

  /** Returns written manifests: of one run and of several. */
  public static List<byte[]> manifests(Path folder) throws IOException {
    RunConfiguration configuration = RunDirectoryTest.CONFIGURATION;
    List<List<RunConfiguration>> models =
        List.of(List.of(configuration), List.of(configuration, configuration));
    for (int i = 0; i < models.size(); i++) {
      directory(folder.resolve("run" + i))
          .begin(Manifests.begin(3, RunDirectoryTest.ENVIRONMENT, models.get(i)));
    }
    return List.of(
        Files.readAllBytes(folder.resolve("run0/manifest.json")),
        Files.readAllBytes(folder.resolve("run1/manifest.json")));
  }

  /** Reads a run's manifest and uses it like a resumed run and its report. */
  public static void manifest(Path run) throws IOException {
    Manifests manifests = directory(run).manifests();
    manifests.allChunks();
    manifests.ids();
    RunModels.of(manifests.runs());
    if (manifests.differences(List.of(Json.fields(RunDirectoryTest.CONFIGURATION))).isEmpty()) {
      RunTables.record(
          manifests.runs().get(0), new RunAnswers("run", 0, 0, List.of(), List.of(), List.of()));
    }
  }

  /** Commits a chunk and returns its marker's path. */
  public static Path marker(Path run) throws IOException {
    RunDirectory directory = directory(run);
    directory.commit(7, directory.attempt(7), new ChunkCounts("run", 6, 0, 4));
    return run.resolve("_chunks/committed-00007.json");
  }

  /** Reads a run's markers and checks that each names its own attempt. */
  public static void markers(Path run) throws IOException {
    directory(run)
        .committed()
        .forEach(
            (chunk, attempt) -> {
              assertThat(attempt.getParent())
                  .isEqualTo(new org.apache.hadoop.fs.Path(path(run), "_chunks"));
              assertThat(attempt.getName()).startsWith("chunk-%05d-".formatted(chunk));
            });
  }

  /** Returns a lease of this process. */
  public static byte[] lease(Path run) throws IOException {
    LeaseHolder holder = LeaseHolder.here("app-1");
    leases(run).write(holder);
    return Files.readAllBytes(run.resolve(LeaseFolder.NAME).resolve(holder.id() + ".json"));
  }

  /**
   * Takes a run that the lease file {@code other} holds. A fresh lease only yields if its process
   * on this host is gone, a silent one always.
   */
  public static void take(Path run, Path other, byte[] lease) throws IOException {
    Files.createDirectories(other.getParent());
    Files.write(other, lease);
    LeaseHolder me = LeaseHolder.here("app-2");
    if (isTaken(run, me)) {
      LeaseHolder holder = Json.read(new String(lease, UTF_8), LeaseHolder.class);
      assertThat(holder.isDead(me)).isTrue();
      Files.write(other, lease);
    }
    Files.setLastModifiedTime(
        other, FileTime.from(Instant.now().minus(DriverLease.SILENCE.multipliedBy(2))));
    assertThat(isTaken(run, me)).as("from one that is silent").isTrue();
    assertThat(other).doesNotExist();
  }

  private static boolean isTaken(Path run, LeaseHolder me) throws IOException {
    try (DriverLease lease =
        DriverLease.take(leases(run), me, LeasedWork.RUN, LeaseClaim.WITHDRAW, () -> {})) {
      lease.check();
      return true;
    } catch (Failure e) {
      assertThat(e).hasMessageStartingWith("Cannot continue this run: ");
      return false;
    }
  }

  private static FileSystem files() {
    try {
      FileSystem files = new PlainFiles();
      files.initialize(files.getUri(), new Configuration());
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static LeaseFolder leases(Path run) throws IOException {
    return directory(run).leases();
  }

  private static RunDirectory directory(Path run) throws IOException {
    return new RunDirectory(path(run), FILES);
  }

  private static org.apache.hadoop.fs.Path path(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }
}
