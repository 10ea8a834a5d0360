package io.prumerge.benchmark;

import java.util.List;

/**
 * Brings judges of one kind. A factory is a class with a public constructor without arguments,
 * named in {@code META-INF/services/io.prumerge.benchmark.JudgeFactory}; jars given by {@code
 * --jars} may have some.
 */
public interface JudgeFactory {

  /** Returns what {@code --judge} begins with, up to the colon, for judges of this kind. */
  List<String> schemes();

  /**
   * Refuses an address before any file is read; accepts every one by default.
   *
   * @param address all that {@code --judge} says
   * @throws io.prumerge.console.UsageException when the address is not what it should be
   */
  default void check(String address) {}

  /**
   * Returns a judge.
   *
   * @param address all that {@code --judge} says
   * @param model which model to ask
   * @throws io.prumerge.console.UsageException when the address is not what it should be
   */
  Judge open(String address, String model);
}
