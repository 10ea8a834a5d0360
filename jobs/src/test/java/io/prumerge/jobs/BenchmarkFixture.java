package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmarks;
import java.nio.file.Path;
import java.util.List;

/** A benchmark with what a test must know to take its {@link OfficialFiles} the whole way. */
public enum BenchmarkFixture {
  CUSTOM("custom"),
  GQA("gqa"),
  LLAVA_BENCH("llava-bench"),
  MM_VET("mm-vet"),
  MMBENCH("mmbench"),
  MMBENCH_CN("mmbench-cn"),
  MME("mme"),
  POPE("pope"),
  SCIENCEQA("scienceqa"),
  SEED("seed"),
  TEXTVQA("textvqa"),
  VIZWIZ("vizwiz"),
  VQAV2("vqav2");

  private final String label;

  BenchmarkFixture(String label) {
    this.label = label;
  }

  public Benchmark benchmark() {
    return Benchmarks.named(label);
  }

  public boolean judged() {
    return benchmark().judging().isPresent();
  }

  public boolean handedIn() {
    return benchmark().submission().isPresent();
  }

  /** VizWiz withholds the answers of the split it is usually run on. */
  public String split() {
    return this == VIZWIZ ? "val" : benchmark().defaultSplit();
  }

  /**
   * Under which exported answers score as those they were made of. VQAv2's are processed as LLaVA
   * hands them in, which is what the profile {@code llava} scores and {@code official} does not.
   */
  public String profile() {
    return this == VQAV2 ? "llava" : benchmark().profiles().get(0);
  }

  /** The file of exported answers in a method's folder, or that folder. */
  public Path exported(Path folder) {
    return switch (this) {
      case GQA -> folder.resolve("testdev_balanced_predictions.json");
      case LLAVA_BENCH -> folder.resolve("llava-bench-in-the-wild.jsonl");
      case MM_VET -> folder.resolve("mm-vet.json");
      case MMBENCH -> folder.resolve("mmbench.xlsx");
      case MMBENCH_CN -> folder.resolve("mmbench-cn.xlsx");
      case MME -> folder;
      case SCIENCEQA -> folder.resolve("scienceqa_result.json");
      case SEED -> folder.resolve("seed.jsonl");
      case VIZWIZ -> folder.resolve("vizwiz_results.json");
      case VQAV2 -> folder.resolve("vqav2_results.json");
      case CUSTOM, POPE, TEXTVQA ->
          throw new IllegalArgumentException(label + " has no submission format");
    };
  }

  /**
   * What {@code --source} names.
   *
   * @param root where {@link OfficialFiles#write} wrote
   */
  public List<String> sources(Path root) {
    Path folder = root.resolve(label);
    return this == CUSTOM
        ? List.of(folder.resolve("questions.jsonl").toString(), folder.resolve("images").toString())
        : List.of(folder.toString());
  }

  /** The name of the benchmark. */
  @Override
  public String toString() {
    return label;
  }
}
