package io.prumerge.benchmark.equivalence;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.source.SourceFiles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A benchmark that differs from another one in one thing. */
final class ChangedBenchmark {

  private ChangedBenchmark() {}

  /** What becomes of a method's result. */
  interface Change {
    Object of(Object result, Object[] arguments);
  }

  /** Returns a benchmark one of whose methods has another result. */
  static Benchmark in(Benchmark benchmark, String method, Change change) {
    return proxy(
        (proxy, called, arguments) -> {
          Object result = invoke(benchmark, called, arguments);
          return called.getName().equals(method) ? change.of(result, arguments) : result;
        });
  }

  /** Returns a benchmark that reads other questions. */
  @SuppressWarnings("unchecked")
  static Benchmark reading(Benchmark benchmark, UnaryOperator<List<BenchmarkQuestion>> change) {
    return proxy(
        (proxy, called, arguments) -> {
          if (!called.getName().equals("read")) {
            return invoke(benchmark, called, arguments);
          }
          List<BenchmarkQuestion> questions = new ArrayList<>();
          benchmark.read((SourceFiles) arguments[0], (PromptProfile) arguments[1], questions::add);
          change.apply(questions).forEach((Consumer<BenchmarkQuestion>) arguments[2]);
          return null;
        });
  }

  private static Benchmark proxy(InvocationHandler handler) {
    return (Benchmark)
        Proxy.newProxyInstance(
            Benchmark.class.getClassLoader(), new Class<?>[] {Benchmark.class}, handler);
  }

  private static Object invoke(Benchmark benchmark, Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(benchmark, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
