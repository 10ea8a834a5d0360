package io.prumerge.score;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Benchmarks;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Prints how much heap a benchmark's questions take on the driver of {@code score} if answers come
 * from files: {@code QuestionMemory BENCHMARK SOURCE}.
 */
public final class QuestionMemory {

  private QuestionMemory() {}

  public static void main(String[] args) throws IOException {
    SourceFiles source = new SourceFiles(List.of(new Path(args[1])), new Configuration());
    long before = used();
    Benchmark benchmark = Benchmarks.named(args[0]);
    List<BenchmarkQuestion> asked = new ArrayList<>();
    benchmark.read(source, PromptProfile.LLAVA, asked::add);
    AnswerFiles files = new AnswerFiles(benchmark, asked.iterator());
    System.out.printf(
        Locale.ROOT,
        "%,d questions: %d bytes each%n",
        asked.size(),
        (used() - before) / asked.size());
    Reference.reachabilityFence(files);
  }

  private static long used() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
