package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmarks;
import java.nio.file.Path;
import java.util.List;

/**
 * A benchmark with everything a test needs to run its {@link OfficialFiles} through all commands.
 */
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

  /** VizWiz does not publish the answers of its default split. */
  public String split() {
    return this == VIZWIZ ? "val" : benchmark().defaultSplit();
  }

  /**
   * The profile under which exported answers have the score of the original ones. VQAv2's export is
   * processed as LLaVA does before submission; the profile {@code llava} scores it, {@code
   * official} does not.
   */
  public String profile() {
    return this == VQAV2 ? "llava" : benchmark().profiles().get(0);
  }

  /** Returns the file of exported answers in a method's folder, or the folder. */
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
   * Returns the values of {@code --source}.
   *
   * @param root the folder of {@link OfficialFiles#write}
   */
  public List<String> sources(Path root) {
    Path folder = root.resolve(label);
    return this == CUSTOM
        ? List.of(folder.resolve("questions.jsonl").toString(), folder.resolve("images").toString())
        : List.of(folder.toString());
  }

  /** Returns the name of the benchmark. */
  @Override
  public String toString() {
    return label;
  }
}
