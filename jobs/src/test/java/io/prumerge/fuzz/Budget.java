package io.prumerge.fuzz;

import java.util.List;
import net.jqwik.api.lifecycle.AroundTryHook;
import net.jqwik.api.lifecycle.Lifespan;
import net.jqwik.api.lifecycle.Store;
import net.jqwik.api.lifecycle.TryExecutionResult;
import net.jqwik.api.lifecycle.TryExecutor;
import net.jqwik.api.lifecycle.TryLifecycleContext;

/**
 * Ends a property after a number of CPU seconds ({@code fuzz.seconds}); without that setting, after
 * a number of tries ({@code fuzz.tries}) that are the same in every build, without the first ones
 * ({@code fuzz.first}) that another tier of tests has.
 */
final class Budget implements AroundTryHook {

  /** More tries than any time budget allows. */
  static final int TRIES = 1_000_000_000;

  private static final int TRIES_IN_A_BUILD = Integer.getInteger("fuzz.tries", 200);
  private static final int FIRST = Integer.getInteger("fuzz.first", 0);
  private static final double SECONDS = Double.parseDouble(System.getProperty("fuzz.seconds", "0"));

  /** The used part of a property's budget. */
  private static final class Spent {
    private final double start = Target.cpuSeconds();
    private int tries;

    boolean isAnothers() {
      return SECONDS == 0 && tries < FIRST;
    }

    boolean all() {
      tries++;
      return SECONDS > 0 ? Target.cpuSeconds() - start > SECONDS : tries >= TRIES_IN_A_BUILD;
    }
  }

  @Override
  public TryExecutionResult aroundTry(
      TryLifecycleContext context, TryExecutor aTry, List<Object> parameters) {
    Spent spent = Store.getOrCreate(Budget.class, Lifespan.PROPERTY, Spent::new).get();
    TryExecutionResult result =
        spent.isAnothers() ? TryExecutionResult.satisfied() : aTry.execute(parameters);
    return spent.all() && result.isSatisfied() ? TryExecutionResult.satisfied(true) : result;
  }
}
