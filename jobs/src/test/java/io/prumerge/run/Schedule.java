package io.prumerge.run;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What happens to drivers that do the same work.
 *
 * @param suspensions of each driver: the steps before which it is suspended
 * @param deaths of each driver: the step before which it is killed; 0: none
 * @param turns which driver goes on, each time until it is suspended, killed or done
 * @param pauses milliseconds by which the clock goes on before each turn, over and over; less than
 *     0 if it is set back
 */
public record Schedule(
    List<Set<Integer>> suspensions, List<Integer> deaths, List<Integer> turns, List<Long> pauses) {

  /** All others are silent for so long that their leases have ended. */
  public static final List<Long> SILENT = List.of(61_000L);

  static final int DRIVERS = 3;

  /** Returns a schedule of three drivers, of which two are disturbed. */
  public static Schedule of(
      int suspended, int suspendedToo, int killed, int killedToo, Integer... turns) {
    return new Schedule(
        List.of(Set.of(suspended), Set.of(suspendedToo), Set.of()),
        List.of(killed, killedToo, 0),
        List.of(turns),
        SILENT);
  }

  /**
   * Returns what may happen to the first of two drivers, and then to the second one.
   *
   * @param steps number of steps of each
   * @param pairs numbers of pairs of their steps, below the square of that
   */
  public static Stream<Schedule> pairs(int steps, IntStream pairs) {
    return pairs.boxed().flatMap(pair -> pair(1 + pair / steps, 1 + pair % steps));
  }

  private static Stream<Schedule> pair(int first, int second) {
    return Stream.of(
        of(0, 0, first, second, 0, 1, 2), // both are killed
        of(first, second, 0, 0, 0, 1, 0, 1), // the silent one is back in the middle
        of(first, 0, 0, second, 0, 1, 2, 0), // and after a third, the second is killed
        of(0, second, first, 0, 0, 1, 2, 1)); // the first is killed, the second silent
  }

  /** Returns a schedule in which each of three drivers is suspended up to four times. */
  public static Schedule random(Random random, int steps, List<Long> pauses) {
    List<Set<Integer>> suspensions = new ArrayList<>();
    List<Integer> deaths = new ArrayList<>();
    for (int driver = 0; driver < DRIVERS; driver++) {
      suspensions.add(
          random
              .ints(random.nextInt(5), 1, steps + 1)
              .boxed()
              .collect(Collectors.toCollection(TreeSet::new)));
      deaths.add(random.nextInt(4) == 0 ? 1 + random.nextInt(steps) : 0);
    }
    return new Schedule(
        suspensions, deaths, random.ints(5L * DRIVERS, 0, DRIVERS).boxed().toList(), pauses);
  }

  /** Lets drivers go on in their turns, and then each that has begun until it is done. */
  public void run(MemoryStore store, List<? extends SteppedDriver> drivers) {
    Iterator<Long> clock = Stream.generate(() -> pauses).flatMap(List::stream).iterator();
    for (int turn : turns) {
      store.pass(clock.next());
      drivers.get(turn).go();
    }
    for (SteppedDriver driver : drivers) {
      while (turns.contains(drivers.indexOf(driver)) && !driver.hasEnded()) {
        store.pass(clock.next());
        driver.go();
      }
    }
  }
}
