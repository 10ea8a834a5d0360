package io.prumerge.lease;

import io.prumerge.annotation.VisibleForTesting;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.store.FolderCommit;
import io.prumerge.store.Folders;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a new folder is made until it is whole: next to it, hidden, and under a lease. What a
 * killed driver has left there is found by the next one.
 *
 * <p>Nothing is deleted here by a driver that has lost its lease: it first lists what is to go,
 * then checks the lease, and deletes what it listed. What another driver makes later has other
 * names.
 */
public final class UnfinishedFolder implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(UnfinishedFolder.class);

  private final Path output;
  private final Path root;
  private final FileSystem fs;
  private final LeaseFolder leases;
  private DriverLease lease;

  private UnfinishedFolder(Path output, Path root, FileSystem fs) {
    this.output = output;
    this.root = root;
    this.fs = fs;
    this.leases = new LeaseFolder(root, fs);
  }

  /**
   * Returns the folder {@code .NAME.DOING} next to an output. Nothing is written yet.
   *
   * @param doing what is done to the output
   * @throws UsageException if the output is a file system's root, which has no place next to it
   */
  public static UnfinishedFolder beside(Path output, String doing, FileSystem fs) {
    if (output.isRoot()) {
      throw exists(output.toString());
    }
    return new UnfinishedFolder(
        output, Folders.beside(output, "." + output.getName() + "." + doing), fs);
  }

  /** Returns the folder's path. */
  public Path root() {
    return root;
  }

  /** Returns the commit of the output. It needs the lease, which is taken meanwhile. */
  public FolderCommit commit() {
    return new FolderCommit(output, root, fs, this::check);
  }

  /**
   * Checks that the output is not there, unless a driver was killed while it moved it.
   *
   * @param name as it was given
   * @throws UsageException if it is
   */
  public void requireAbsent(String name) throws IOException {
    if (fs.exists(output) && !commit().isDecided()) {
      throw exists(name);
    }
  }

  private static UsageException exists(String name) {
    return new UsageException(
        Wording.of(
            "%s %s exists already; name a new folder, results are never overwritten",
            Setting.OUTPUT, name));
  }

  /**
   * Takes the lease, until this is closed.
   *
   * @throws Failure naming the driver that has it
   */
  public void take(LeaseHolder me, LeasedWork work) throws IOException {
    lease = DriverLease.take(leases, me, work, LeaseClaim.WITHDRAW, () -> {});
  }

  /**
   * Takes the lease, until this is closed, with heartbeats by a clock of the caller's.
   *
   * @param clock runs the heartbeats; is shut down when the lease is closed
   * @throws Failure naming the driver that has it
   */
  @VisibleForTesting
  public void take(LeaseHolder me, LeasedWork work, ScheduledExecutorService clock)
      throws IOException {
    lease = DriverLease.take(leases, me, work, LeaseClaim.WITHDRAW, () -> {}, clock);
  }

  /**
   * Warns of what earlier versions left next to the output when they were killed. It has no lease,
   * so nobody knows whether it is still used.
   */
  public void warnOfOlder(Console console) throws IOException {
    Pattern older =
        Pattern.compile(
            Pattern.quote("." + output.getName()) + "\\.(partial|preparing|questions)-[-0-9a-f]+");
    for (FileStatus one :
        fs.listStatus(output.getParent(), path -> older.matcher(path.getName()).matches())) {
      console.warn(
          "%s is left by an earlier version; delete it, unless that one still runs", one.getPath());
    }
  }

  /**
   * Checks the lease.
   *
   * @throws Failure if another driver has taken over
   */
  public void check() throws IOException {
    lease.check();
  }

  /**
   * Deletes what lies here, except the lease.
   *
   * @param kept tells by its name what stays
   * @throws Failure if another driver has taken over
   */
  public void clear(Predicate<String> kept) throws IOException {
    List<Path> old = new ArrayList<>();
    for (FileStatus one : fs.listStatus(root)) {
      String name = one.getPath().getName();
      if (!name.equals(LeaseFolder.NAME) && !kept.test(name)) {
        old.add(one.getPath());
      }
    }
    check();
    for (Path one : old) {
      fs.delete(one, true);
    }
  }

  /** Deletes this driver's own attempt, unless it counts. Nobody else writes it, lease or not. */
  public void abandon(String attempt) throws IOException {
    if (!commit().isDecided(attempt)) {
      fs.delete(new Path(root, attempt), true);
    }
  }

  /** Deletes all that lies here, unless another driver has taken over. */
  public void clearIfHeld() throws IOException {
    try {
      clear(name -> false);
    } catch (Failure e) {
      LOG.debug("What is left is another driver's", e);
    }
  }

  /** Gives the lease back, and removes the folder if nothing else is in it. */
  @Override
  public void close() throws IOException {
    if (lease != null) {
      lease.close();
      lease = null;
      leases.removeIfEmpty();
    }
  }
}
