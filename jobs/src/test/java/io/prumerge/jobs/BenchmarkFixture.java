package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.benchmark.file.FileBenchmark;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A benchmark with everything that an end-to-end test of its {@link OfficialFiles} needs. */
public enum BenchmarkFixture {
  AI2D("ai2d"),
  CHARTQA("chartqa"),
  COCO_CAPTION("coco-caption"),
  CUSTOM("custom"),
  DOCVQA("docvqa"),
  EGOSCHEMA("egoschema"),
  FLICKR30K("flickr30k"),
  GQA("gqa"),
  HALLUSIONBENCH("hallusionbench"),
  INFOGRAPHICVQA("infographicvqa"),
  LLAVA_BENCH("llava-bench"),
  MATHVISION("mathvision"),
  MATHVISTA("mathvista"),
  MLVU("mlvu"),
  MM_VET("mm-vet"),
  MMBENCH("mmbench"),
  MMBENCH_CN("mmbench-cn"),
  MME("mme"),
  MMMU("mmmu"),
  MMSTAR("mmstar"),
  MVBENCH("mvbench"),
  NEXT_QA("next-qa"),
  NOCAPS("nocaps"),
  OCRBENCH("ocrbench"),
  POPE("pope"),
  REALWORLDQA("realworldqa"),
  REFCOCO("refcoco"),
  REFCOCO_PLUS("refcoco+"),
  REFCOCOG("refcocog"),
  SCIENCEQA("scienceqa"),
  SEED("seed"),
  TEXTVQA("textvqa"),
  VIDEO_MME("video-mme"),
  VIZWIZ("vizwiz"),
  VQAV2("vqav2");

  private final String label;

  BenchmarkFixture(String label) {
    this.label = label;
  }

  /** Returns those whose questions are not about videos. */
  public static List<BenchmarkFixture> ofPictures() {
    return Stream.of(values()).filter(one -> !one.benchmark().showsVideos()).toList();
  }

  public Benchmark benchmark() {
    return Benchmarks.KNOWN.named(label);
  }

  public boolean judged() {
    return benchmark().judging().isPresent();
  }

  /** Returns the number of profiles that need no judge. */
  int ruledProfiles() {
    return benchmark().profiles().stream()
        .filter(profile -> benchmark().judging(profile).isEmpty())
        .toList()
        .size();
  }

  public boolean handedIn() {
    return benchmark().submission().isPresent();
  }

  /**
   * Returns whether the benchmark is read by the same code as another, and its answers have the
   * same form and are scored by the same rule.
   */
  boolean isLikeAnother() {
    return switch (this) {
      case FLICKR30K, NOCAPS, INFOGRAPHICVQA, MMBENCH_CN -> true;
      case MMSTAR, REALWORLDQA, REFCOCO_PLUS, REFCOCOG -> true;
      default -> false;
    };
  }

  /**
   * Returns whether answers are matched with questions by the same code as another benchmark's.
   * Each benchmark's own export is read again in {@code SubmissionRoundTripTest}.
   */
  boolean isAnsweredLikeAnother() {
    return switch (this) {
      case DOCVQA, GQA, MMMU, SEED, VIZWIZ -> true; // handed in as a JSON file, as COCO's captions
      case CHARTQA, MATHVISION, MATHVISTA, OCRBENCH -> true; // by the ids of rows, as AI2D
      default -> false;
    };
  }

  /** VizWiz withholds the answers of its usual split. */
  public String split() {
    return this == VIZWIZ ? "val" : benchmark().defaultSplit();
  }

  /**
   * The profile with which exported answers score like the original ones. VQAv2's export is
   * processed like LLaVA's submissions, which the profile {@code llava} scores and {@code official}
   * does not.
   */
  public String profile() {
    return this == VQAV2 ? "llava" : benchmark().profiles().get(0);
  }

  /** The exported answers: a file in a method's folder, or that folder. */
  public Path exported(Path folder) {
    return switch (this) {
      case COCO_CAPTION, FLICKR30K, NOCAPS -> folder.resolve("captions_results.json");
      case DOCVQA -> folder.resolve("docvqa_test.json");
      case GQA -> folder.resolve("testdev_balanced_predictions.json");
      case INFOGRAPHICVQA -> folder.resolve("infographicvqa_test.json");
      case LLAVA_BENCH -> folder.resolve("llava-bench-in-the-wild.jsonl");
      case MM_VET -> folder.resolve("mm-vet.json");
      case MMBENCH -> folder.resolve("mmbench.xlsx");
      case MMBENCH_CN -> folder.resolve("mmbench-cn.xlsx");
      case MME -> folder;
      case MMMU -> folder.resolve("mmmu.json");
      case SCIENCEQA -> folder.resolve("scienceqa_result.json");
      case SEED -> folder.resolve("seed.jsonl");
      case VIZWIZ -> folder.resolve("vizwiz_results.json");
      case VQAV2 -> folder.resolve("vqav2_results.json");
      case AI2D,
          CHARTQA,
          CUSTOM,
          EGOSCHEMA,
          HALLUSIONBENCH,
          MATHVISION,
          MATHVISTA,
          MLVU,
          MMSTAR,
          MVBENCH,
          NEXT_QA,
          OCRBENCH,
          POPE,
          REALWORLDQA,
          REFCOCO,
          REFCOCO_PLUS,
          REFCOCOG,
          TEXTVQA,
          VIDEO_MME ->
          throw new IllegalArgumentException(label + " has no submission format");
    };
  }

  /** Returns whether the official files are rows as the benchmark's file names their columns. */
  boolean hasRows() {
    return benchmark() instanceof FileBenchmark && this != GQA && this != POPE && this != VIZWIZ;
  }

  /**
   * Returns the value of {@code --source}.
   *
   * @param root folder of {@link OfficialFiles#write}
   */
  public List<String> sources(Path root) {
    Path folder = root.resolve(label);
    if (hasRows()) {
      return List.of(folder.resolve("rows.jsonl").toString(), folder.resolve("images").toString());
    }
    return this == CUSTOM
        ? List.of(folder.resolve("questions.jsonl").toString(), folder.resolve("images").toString())
        : List.of(folder.toString());
  }

  /** Returns the benchmark's name. */
  @Override
  public String toString() {
    return label;
  }
}
