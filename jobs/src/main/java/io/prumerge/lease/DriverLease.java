package io.prumerge.lease;

import io.prumerge.console.Failure;
import io.prumerge.host.DaemonThreads;
import io.prumerge.lang.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prevents two drivers from writing to the same folder. Every driver first writes its own lease
 * file, then lists the others, and withdraws if it finds a live one. As both write before they
 * list, two drivers never both continue. This requires a store with list-after-write consistency,
 * but no atomic create. Two drivers that start at the same moment may both withdraw.
 *
 * <p>A lease ends when it had no heartbeat for {@link #SILENCE}, when its process on this machine
 * is gone, or when another driver takes it over. That driver marks it as ended for ever, and
 * deletes its file. A driver that was only suspended notices this at its next heartbeat or before
 * its next commit, and stops. Files that it wrote meanwhile do no harm: only the markers of chunks,
 * parts and tables count. So a store's clock that jumps may end a living driver, or keep the next
 * one waiting, but changes no result.
 */
public final class DriverLease implements AutoCloseable {

  /** Interval between heartbeats. */
  static final Duration HEARTBEAT = Duration.ofSeconds(10);

  /** A driver without a heartbeat for this time has ended: six intervals. */
  public static final Duration SILENCE = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(DriverLease.class);

  private final LeaseFolder folder;
  private final LeasedWork work;
  private final Runnable lost;
  private final ScheduledExecutorService clock;
  private LeaseHolder mine;
  private Optional<LeaseHolder> winner = Optional.empty();
  private boolean ended;
  private boolean removed; // by no driver

  private DriverLease(
      LeaseFolder folder,
      LeaseHolder mine,
      LeasedWork work,
      Runnable lost,
      ScheduledExecutorService clock) {
    this.folder = folder;
    this.mine = mine;
    this.work = work;
    this.lost = lost;
    this.clock = clock;
  }

  /**
   * Takes the lease and keeps it until it is closed.
   *
   * @param me this driver
   * @param lost runs once, when another driver has taken over or the lease was removed
   * @throws Failure naming the driver that holds the folder
   */
  public static DriverLease take(
      LeaseFolder folder, LeaseHolder me, LeasedWork work, LeaseClaim claim, Runnable lost)
      throws IOException {
    ScheduledExecutorService clock =
        Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("lease"));
    return take(folder, me, work, claim, lost, clock);
  }

  /**
   * Takes the lease and keeps it until it is closed, with heartbeats by a clock of the caller's.
   *
   * @param clock runs the heartbeats; is shut down when the lease is closed
   */
  public static DriverLease take(
      LeaseFolder folder,
      LeaseHolder me,
      LeasedWork work,
      LeaseClaim claim,
      Runnable lost,
      ScheduledExecutorService clock)
      throws IOException {
    DriverLease lease = new DriverLease(folder, me, work, lost, clock);
    lease.take(claim);
    lease.clock.scheduleAtFixedRate(
        lease::beat, HEARTBEAT.toMillis(), HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
    return lease;
  }

  private void take(LeaseClaim claim) throws IOException {
    folder.write(mine);
    try {
      List<OtherLease> others = folder.others(mine);
      for (OtherLease other : others) {
        if (claim == LeaseClaim.WITHDRAW && !hasEnded(other)) {
          throw new Failure(
              work.refusal(
                  other.holder().map(LeaseHolder::displayName).orElse("another driver"),
                  heard(other.age()) + (other.holder().isPresent() ? "" : cutOff(other.age()))));
        }
      }
      for (OtherLease other : others) {
        folder.end(other.id(), mine);
      }
    } catch (IOException | RuntimeException e) {
      clock.shutdownNow();
      folder.delete(mine.id());
      throw e;
    }
  }

  /** Returns how old a lease is. Its date may be in the future if a clock was set back. */
  private static String heard(Duration age) {
    return age.compareTo(SILENCE.negated()) < 0
        ? Text.format(
            "but its file is dated %d s in the future, so waiting may not help", -age.toSeconds())
        : Text.format("with a heartbeat %d s ago", Math.max(0, age.toSeconds()));
  }

  /**
   * Says how long a lease counts whose file a crash has left half written: of whom, nobody knows.
   */
  private static String cutOff(Duration age) {
    return Text.format(
        "; its lease file is cut off, as by a crash, and without another heartbeat ends in %d s",
        SILENCE.minus(age).toSeconds() + 1);
  }

  private boolean hasEnded(OtherLease other) {
    return other.age().compareTo(SILENCE) > 0
        || other.holder().filter(holder -> holder.isDead(mine)).isPresent();
  }

  /** Writes a heartbeat, unless another driver has ended this lease. */
  synchronized void beat() {
    if (ended) {
      return;
    }
    try {
      look();
      if (!ended) {
        mine = mine.heard();
        folder.write(mine);
      }
    } catch (IOException | RuntimeException e) { // an exception would end all heartbeats
      // A temporary error of the store. A driver that takes over meanwhile leaves a mark.
      LOG.warn("Cannot renew the lease of {}: {}", work.name, e.toString());
    }
  }

  /** Checks whether another driver has taken over, or the lease was removed. */
  private void look() throws IOException {
    boolean taken = folder.isEnded(mine.id());
    removed = !taken && !folder.holds(mine.id());
    ended = taken || removed;
    if (ended) {
      winner = folder.successor(mine.id());
      folder.delete(mine.id());
      lost.run();
    }
  }

  /**
   * Checks the lease before a commit. Looks at the files itself, since the process may have been
   * suspended for a long time.
   *
   * @throws Failure if another driver has taken over, or the lease was removed
   */
  public synchronized void check() throws IOException {
    if (!ended) {
      look();
    }
    if (removed) {
      throw new Failure(
          Text.format(
              "Stopped: the lease of %s is gone from %s: the folder was removed or emptied while"
                  + " this driver was writing there; start again in a new folder",
              work.name, folder.held()));
    }
    if (ended) {
      throw new Failure(
          Text.format(
              "Stopped: %s has taken %s over",
              winner.map(LeaseHolder::displayName).orElse("another driver"), work.name));
    }
  }

  @Override
  public synchronized void close() throws IOException {
    clock.shutdownNow();
    folder.delete(mine.id());
  }
}
