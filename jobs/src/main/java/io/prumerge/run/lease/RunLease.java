package io.prumerge.run.lease;

import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a second driver out of a run's folder. Every driver writes a lease file of its own first
 * and looks for others then; who finds a living one withdraws. As both write before they look, two
 * never go on together wherever a listing shows what was written, atomic create or not; two that
 * come at the same moment may both withdraw.
 *
 * <p>A lease has ended when it has not been heard for {@link #SILENCE}, when its process on this
 * very host is gone, or when it is taken over. Who ends others names them and deletes their files;
 * a driver that was only suspended finds that at its next heartbeat, or before it makes anything
 * count, and stops. What it may have written meanwhile does no harm: what counts in a run is what
 * the chunks' markers say.
 */
public final class RunLease implements AutoCloseable {

  /** How often a driver is heard. */
  static final Duration HEARTBEAT = Duration.ofSeconds(10);

  /** A driver that was not heard for so long has ended: six heartbeats. */
  public static final Duration SILENCE = Duration.ofSeconds(60);

  /** What to do where another driver holds the run. */
  public enum Claim {
    WITHDRAW,
    TAKE_OVER
  }

  private static final Logger LOG = LoggerFactory.getLogger(RunLease.class);

  private final LeaseFolder folder;
  private final Runnable lost;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "lease");
            thread.setDaemon(true);
            return thread;
          });
  private LeaseHolder mine;
  private Optional<LeaseHolder> winner = Optional.empty();
  private boolean ended;

  private RunLease(LeaseFolder folder, LeaseHolder mine, Runnable lost) {
    this.folder = folder;
    this.mine = mine;
    this.lost = lost;
  }

  /**
   * Takes the lease and keeps it until it is closed.
   *
   * @param me this driver
   * @param lost is run, once, when another driver has taken the run over
   * @throws Failure naming the driver that holds the run
   */
  public static RunLease take(LeaseFolder folder, LeaseHolder me, Claim claim, Runnable lost)
      throws IOException {
    RunLease lease = new RunLease(folder, me, lost);
    lease.take(claim);
    lease.clock.scheduleAtFixedRate(
        lease::beat, HEARTBEAT.toMillis(), HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
    return lease;
  }

  private void take(Claim claim) throws IOException {
    folder.write(mine);
    try {
      List<LeaseFolder.Other> others = folder.others(mine);
      for (LeaseFolder.Other other : others) {
        if (claim == Claim.WITHDRAW && !hasEnded(other)) {
          throw new Failure(
              Wording.of(
                  "Cannot go on with this run: %s holds it, %s. Wait until it has ended, or end it by %s",
                  other.holder().map(LeaseHolder::displayName).orElse("another driver"),
                  heard(other.age()),
                  Setting.TAKE_OVER));
        }
      }
      mine = mine.ending(others.stream().map(LeaseFolder.Other::id).toList());
      folder.write(mine);
      for (LeaseFolder.Other other : others) {
        folder.delete(other.id());
      }
    } catch (IOException | RuntimeException e) {
      clock.shutdownNow();
      folder.delete(mine.id());
      throw e;
    }
  }

  /** A clock that was set back, or a hand, leaves a lease no heartbeat of this time can have. */
  private static String heard(Duration age) {
    return age.compareTo(SILENCE.negated()) < 0
        ? String.format(
            Locale.ROOT,
            "though its file is dated %d s ahead, so that waiting may not help",
            -age.toSeconds())
        : String.format(Locale.ROOT, "heard %d s ago", Math.max(0, age.toSeconds()));
  }

  private boolean hasEnded(LeaseFolder.Other other) {
    return other.age().compareTo(SILENCE) > 0
        || other.holder().filter(holder -> holder.isDead(mine)).isPresent();
  }

  /** Is heard once more, unless another driver has ended this lease. */
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
    } catch (IOException | RuntimeException e) { // what gets out would end all heartbeats
      // A hiccup of the store; who takes over meanwhile says so.
      LOG.warn("Cannot renew the lease of this run: {}", e.toString());
    }
  }

  /** Who takes over deletes this lease's file, and names it in its own until it is done. */
  private void look() throws IOException {
    winner = folder.successor(mine);
    ended = winner.isPresent() || !folder.holds(mine.id());
    if (ended) {
      folder.delete(mine.id());
      lost.run();
    }
  }

  /**
   * Asked before anything is made to count; looks for itself, since the process may just have been
   * woken from a long sleep.
   *
   * @throws Failure when another driver has taken the run over
   */
  public synchronized void check() throws IOException {
    if (!ended) {
      look();
    }
    if (ended) {
      throw new Failure(
          String.format(
              Locale.ROOT,
              "Stopped: %s has taken this run over",
              winner.map(LeaseHolder::displayName).orElse("another driver")));
    }
  }

  @Override
  public synchronized void close() throws IOException {
    clock.shutdownNow();
    folder.delete(mine.id());
  }
}
