package io.prumerge.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.Failure;
import io.prumerge.console.UsageException;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.lease.UnfinishedFolder;
import io.prumerge.source.DataException;
import io.prumerge.store.FolderCommit;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What two drivers that prepare one table do to each other's files. */
class UnfinishedTableTest {

  private static final String SETTINGS = "0123456789abcdef0123";
  private static final String OTHERS = "fedcba98765432100123";
  private static final GroupCounts COUNTS = new GroupCounts(1, 0, 1);
  private static final List<GroupPart> PARTS =
      List.of(
          new GroupPart(0, 1, COUNTS), new GroupPart(1, 1, COUNTS), new GroupPart(2, 1, COUNTS));

  @TempDir private java.nio.file.Path folder;

  private FileSystem fs;
  private Path output;

  @BeforeEach
  void place() throws IOException {
    fs = FileSystem.getLocal(new Configuration());
    output = new Path(folder.resolve("out").toUri());
  }

  /** No heartbeat ends a silence. */
  private static final class StillClock extends ScheduledThreadPoolExecutor {

    StillClock() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
        Runnable task, long first, long period, TimeUnit unit) {
      return null;
    }
  }

  /** A driver that prepares a table, whose clock stands still. */
  private final class Driver {

    private final UnfinishedFolder place;
    private final UnfinishedTable table;
    private final String settings;

    Driver(FileSystem files, String settings) throws IOException {
      this.place = UnfinishedFolder.beside(output, "preparing", files);
      this.settings = settings;
      place.take(
          new LeaseHolder(UUID.randomUUID().toString(), "app", "far.example", "", 1, "", "", ""),
          LeasedWork.TABLE,
          new StillClock());
      table = new UnfinishedTable(place.root(), files, settings, place::check);
    }

    List<String> put(int part) throws IOException {
      String name = table.name() + "-" + part + "-" + UUID.randomUUID() + ".parquet";
      try (OutputStream out = fs.create(new Path(table.table(), name))) {
        out.write(new byte[1000 + part]);
      }
      return List.of(name);
    }

    void writeParts() throws IOException {
      for (GroupPart part : PARTS) {
        if (!table.written().contains(part.number())) {
          table.write(part.number(), () -> put(part.number()));
        }
      }
    }

    void finish() throws IOException {
      FolderCommit commit = place.commit();
      if (!commit.finish(settings)) {
        table.requireOnly(PARTS);
        commit.commit(table.name(), settings, table.counted());
      }
      place.clear(name -> false);
      place.close();
    }
  }

  /** Makes all leases look as if their drivers had been suspended. */
  private void silence() throws IOException {
    for (FileStatus lease : fs.listStatus(new Path(output.getParent(), ".out.preparing/_lease"))) {
      fs.setTimes(lease.getPath(), System.currentTimeMillis() - 61_000, -1);
    }
  }

  private List<String> names(Path place) throws IOException {
    return Arrays.stream(fs.listStatus(place)).map(file -> file.getPath().getName()).toList();
  }

  @Test
  void aDriverThatWakesInAPartDeletesNothingOfTheNextOne() throws IOException {
    Driver first = new Driver(fs, SETTINGS);
    Driver[] second = new Driver[1];
    assertThatThrownBy(
            () ->
                first.table.write(
                    0,
                    () -> {
                      List<String> mine = first.put(0);
                      silence();
                      second[0] = new Driver(fs, SETTINGS);
                      second[0].writeParts();
                      return mine;
                    }))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("has taken this table over");
    first.place.close();

    second[0].finish();

    assertThat(names(output)).hasSize(PARTS.size());
    assertThat(names(output.getParent())).as("beside it").containsExactly("out");
  }

  @Test
  void aDriverWithOtherSettingsFinishesWhatCountsAndIsRefused() throws IOException {
    Driver first =
        new Driver(
            new BeforeRename(
                fs,
                () -> {
                  silence();
                  Driver next = new Driver(fs, OTHERS);
                  next.writeParts();
                  assertThatThrownBy(next::finish)
                      .isInstanceOf(UsageException.class)
                      .hasMessageContaining("exists already");
                  next.place.clear(name -> false);
                  next.place.close();
                }),
            SETTINGS);
    first.writeParts();
    assertThatThrownBy(first::finish).isInstanceOf(Failure.class);
    assertThat(names(output)).hasSize(PARTS.size()).allMatch(name -> name.startsWith("0123"));
    first.place.close();
    assertThat(names(output.getParent())).as("beside it").containsExactly("out");
  }

  @Test
  void aFolderThatAppearsBeforeTheRenameIsLeftAsItIs() throws IOException {
    Driver driver =
        new Driver(
            new BeforeRename(fs, () -> fs.create(new Path(output, "theirs.txt")).close()),
            SETTINGS);
    driver.writeParts();
    assertThatThrownBy(driver::finish)
        .isInstanceOf(Failure.class)
        .hasMessageContaining("the folder exists by now");
    assertThat(names(output)).containsExactly("theirs.txt");
    assertThat(names(driver.table.table())).as("the table").hasSize(PARTS.size());
  }

  /** On a store of objects, a rename copies them one by one. */
  @Test
  void aTableThatWasMovedInPartIsNotReadAndIsFinishedByTheNextDriver() throws IOException {
    Driver killed =
        new Driver(
            new BeforeRename(
                fs,
                () -> {
                  Path table = new Path(output.getParent(), ".out.preparing/" + first(SETTINGS));
                  Path file = fs.listStatus(table)[0].getPath();
                  FileUtil.copy(
                      fs, file, fs, new Path(output, file.getName()), false, new Configuration());
                  throw new IOException("killed");
                }),
            SETTINGS);
    killed.writeParts();
    assertThatThrownBy(killed::finish).hasMessage("killed");
    killed.place.close();
    assertThat(names(output)).hasSize(1);
    assertThatThrownBy(() -> ExamplesManifest.read(fs, output))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("prepare was stopped while it moved the table there");

    Driver others = new Driver(fs, OTHERS);
    assertThatThrownBy(() -> others.place.commit().finish(OTHERS))
        .isInstanceOf(UsageException.class);
    others.place.close();

    assertThat(names(output)).hasSize(PARTS.size());
    assertThat(ExamplesManifest.read(fs, output)).as("nobody has written one").isEmpty();
  }

  private static String first(String settings) {
    return settings.substring(0, 16);
  }

  @Test
  void aPartWithoutItsFilesIsNotWritten() throws IOException {
    Driver driver = new Driver(fs, SETTINGS);
    driver.writeParts();
    assertThat(driver.table.written()).containsExactly(0, 1, 2);

    for (String file : names(driver.table.table())) {
      if (file.contains("-1-")) {
        fs.delete(new Path(driver.table.table(), file), false);
      }
    }

    assertThat(driver.table.written()).containsExactly(0, 2);
    driver.writeParts();
    driver.finish();
    assertThat(names(output)).hasSize(PARTS.size());
  }

  /** Somebody else comes between the look for the output and the rename. */
  private final class BeforeRename extends FilterFileSystem {

    private final Step step;
    private boolean done;

    BeforeRename(FileSystem files, Step step) {
      super(files);
      this.step = step;
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
      if (to.equals(output) && !done) {
        done = true;
        step.take();
      }
      return super.rename(from, to);
    }
  }

  private interface Step {
    void take() throws IOException;
  }
}
