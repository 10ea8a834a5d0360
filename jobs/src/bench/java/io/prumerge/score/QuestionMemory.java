package io.prumerge.score;

import io.prumerge.benchmark.Benchmarks;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Prints how much heap a benchmark's questions take on the driver of {@code score}: {@code
 * QuestionMemory BENCHMARK SOURCE}.
 */
public final class QuestionMemory {

  private QuestionMemory() {}

  public static void main(String[] args) throws IOException {
    SourceFiles source = new SourceFiles(List.of(new Path(args[1])), new Configuration());
    long before = used();
    QuestionSet asked = QuestionSet.read(Benchmarks.named(args[0]), source);
    long questions = used() - before;
    AnswerFiles files = new AnswerFiles(asked);
    long index = used() - before - questions;
    System.out.printf(
        Locale.ROOT,
        "%,d questions: %d bytes each, and %d more if answers come from files%n",
        asked.list().size(),
        questions / asked.list().size(),
        index / asked.list().size());
    Reference.reachabilityFence(files);
  }

  private static long used() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
