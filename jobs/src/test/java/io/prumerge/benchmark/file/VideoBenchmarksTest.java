package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Pooling;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ParquetFixture;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Benchmarks of videos from made-up files of their published forms. The prompts are what the
 * harnesses' own functions return for these rows: lmms-eval 75571cf, VLMEvalKit e8e78f0.
 */
class VideoBenchmarksTest {

  private static final String WATCH =
      "Carefully watch the video and pay attention to the cause and sequence of events, the detail"
          + " and movement of objects, and the action and pose of persons. Based on your"
          + " observations, select the best option that accurately addresses the question.\n";

  private static final String SELECT =
      "Select the best answer to the following multiple-choice question based on the video";

  private static final String RESPOND =
      ". Respond with only the letter (A, B, C, or D) of the correct option.\n";

  private static final String OPTIONS = "A. egg\nB. larva\nC. pupa\nD. imago\n";

  @TempDir private Path folder;

  private static Benchmark named(String name) {
    return Benchmarks.KNOWN.named(name);
  }

  private static List<BenchmarkQuestion> read(String name, String prompts, Path... sources)
      throws IOException {
    SourceFiles source = Reading.source(sources);
    List<BenchmarkQuestion> questions = new ArrayList<>();
    named(name).read(source, named(name).prompts(Optional.of(prompts)), questions::add);
    assertThat(source.leftOut().warning()).isEmpty();
    return questions;
  }

  private Path task(String name, String... rows) throws IOException {
    Path file = folder.resolve("json").resolve(name + ".json");
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "[" + String.join(",\n", rows) + "]");
  }

  private static String row(String video, String more) {
    return String.format(
        "{\"video\": \"%s\", \"question\": \"Which?\", \"candidates\": [\"egg\", \"larva\"],"
            + " \"answer\": \"larva\"%s}",
        video, more);
  }

  private void frames(String video) throws IOException {
    Path frames = Files.createDirectories(folder.resolve("video").resolve(video));
    Files.writeString(frames.resolve("frames.json"), "{\"fps\": 3, \"count\": 1}");
    Files.write(frames.resolve("1.jpg"), new byte[] {1});
  }

  private static ImagePlace video(BenchmarkQuestion question) {
    return question.image().orElseThrow();
  }

  @Test
  void mvBenchIsAFolderOfTasksAndFoldersOfFrames() throws IOException {
    task("action_sequence", row("a.mp4", ", \"start\": 1.5, \"end\": 4"), row("b.mp4", ""));
    task("state_change", row("c.mp4", ""));
    frames("star/Charades_v1_480/a.mp4");
    frames("star/Charades_v1_480/b.mp4");
    frames("perception/videos/c.mp4");

    List<BenchmarkQuestion> questions = read("mvbench", "lmms-eval", folder);

    assertThat(questions)
        .extracting(BenchmarkQuestion::category)
        .containsExactly("action_sequence", "action_sequence", "state_change");
    assertThat(questions)
        .extracting(VideoBenchmarksTest::video)
        .containsExactly(
            new ImagePlace.Video("star/Charades_v1_480/a.mp4", 1.5, 4.0, null),
            new ImagePlace.Video("star/Charades_v1_480/b.mp4", null, null, null),
            new ImagePlace.Video("perception/videos/c.mp4", null, null, null));
    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("1", "2", "3");
    assertThat(questions.get(0).answers()).containsExactly("larva");
    assertThat(questions.get(0).options()).containsExactly("egg", "larva");
    assertThat(questions.get(0).maxNewTokens()).hasValue(16);
  }

  @Test
  void filesThatAreCutAreNotCutAgain() throws IOException {
    task(
        "action_sequence",
        row("a_1.5_4.mp4", ", \"start\": 1.5, \"end\": 4.0"),
        row("a_1.5_4.mp4", ", \"start\": 1.5, \"end\": 5.0"),
        row("a.mp4", ", \"start\": 1.5, \"end\": 4.0"));
    frames("star/Charades_segment/a_1.5_4.mp4");

    assertThat(read("mvbench", "llava", folder))
        .extracting(VideoBenchmarksTest::video)
        .containsExactly(
            new ImagePlace.Video("star/Charades_segment/a_1.5_4.mp4", null, null, null),
            new ImagePlace.Video("star/Charades_segment/a_1.5_4.mp4", 1.5, 5.0, null),
            new ImagePlace.Video("star/Charades_segment/a.mp4", 1.5, 4.0, null));
  }

  @Test
  void framesMayBeInFoldersOfTheVideosNamesAlone() throws IOException {
    Path task = task("moving_count", row("v.mp4", ""));
    Path cache = Files.createDirectories(folder.resolve("MVBench"));
    Files.createDirectories(cache.resolve("v.mp4"));

    assertThat(read("mvbench", "llava", task, cache))
        .extracting(VideoBenchmarksTest::video)
        .containsExactly(new ImagePlace.Video("v.mp4", null, null, null));
  }

  @Test
  void mvBenchIsVlmEvalKitsTableToo() throws IOException {
    Path table =
        Reading.write(
            folder,
            "MVBench.tsv",
            "task_type\tprefix\tdata_type\tbound\tstart\tend\tvideo\tquestion\tanswer\tcandidates\tindex\n"
                + "Fine-grained Pose\tvideo/nturgbd/\tvideo\tFalse\t\t\tp.avi\tWhich?\tlarva\t['egg', 'larva']\t7\n"
                + "Action Sequence\tvideo/star/Charades_v1_480/\tvideo\tTrue\t1.5\t4.0\ta.mp4\tWhich?\tegg\t['egg', 'larva']\t8\n");

    frames("nturgbd/p.avi");
    frames("star/Charades_v1_480/a.mp4");

    List<BenchmarkQuestion> questions =
        read("mvbench", "vlmevalkit", table, folder.resolve("video"));

    assertThat(questions)
        .extracting(BenchmarkQuestion::category)
        .containsExactly("fine_grained_pose", "action_sequence");
    assertThat(questions)
        .extracting(VideoBenchmarksTest::video)
        .containsExactly(
            new ImagePlace.Video("video/nturgbd/p.avi", null, null, null),
            new ImagePlace.Video("video/star/Charades_v1_480/a.mp4", 1.5, 4.0, null));
    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("7", "8");
  }

  @ParameterizedTest
  @CsvSource({"llava, ''", "lmms-eval, ''", "vlmevalkit, ''", "qwen, <image>"})
  void mvBenchIsWordedLikeBothHarnesses(String prompts, String video) throws IOException {
    Path task = task("moving_count", row("v.mp4", ""));
    String expected =
        prompts.equals("llava") || prompts.equals("lmms-eval")
            ? "Question:Which?\nOption:\n(A) egg\n(B) larva\nOnly give the best option.\n"
            : WATCH
                + video
                + "Question: Which?\nOptions:\n(A) egg\n(B) larva\nOnly give the best option."
                + "Best option:(";

    assertThat(read("mvbench", prompts, task).get(0).prompt()).isEqualTo(expected);
  }

  @Test
  void mvBenchsScoreIsTheMeanOfItsTasks() {
    Benchmark benchmark = named("mvbench");
    for (String profile : List.of("lmms-eval-strict", "lmms-eval")) {
      assertThat(benchmark.metrics(profile).get(0).name()).isEqualTo("average");
      assertThat(benchmark.metrics(profile).get(0).pooling()).isEqualTo(Pooling.MEAN_OF_GROUPS);
    }
    assertThat(benchmark.metrics("vlmevalkit").get(0).name()).isEqualTo("accuracy");
  }

  @Test
  void anEmptyAnswerIsWrongUnlessAHarnessIsAsked() throws IOException {
    Path task = task("moving_count", row("v.mp4", ""));
    Benchmark.Reference reference = read("mvbench", "llava", task).get(0).reference();
    Benchmark benchmark = named("mvbench");

    assertThat(benchmark.profiles()).startsWith("lmms-eval-strict");
    assertThat(benchmark.score("lmms-eval-strict", "", reference))
        .isEqualTo(new Score("", true, 0));
    assertThat(benchmark.score("lmms-eval", "", reference)).isEqualTo(Score.DROPPED);
    assertThat(benchmark.score("vlmevalkit", "", reference).value()).isEqualTo(1);
    for (String profile : benchmark.profiles()) {
      assertThat(benchmark.score(profile, "(B) larva", reference).value()).isEqualTo(1);
      assertThat(benchmark.score(profile, "A", reference).value()).isZero();
    }
  }

  private Path parquet() throws IOException {
    Path file = folder.resolve("videomme").resolve("test-00000-of-00001.parquet");
    Files.createDirectories(file.getParent());
    List<String> columns =
        List.of(
            "video_id",
            "duration",
            "domain",
            "sub_category",
            "url",
            "videoID",
            "question_id",
            "task_type",
            "question",
            "answer");
    StringBuilder schema = new StringBuilder();
    columns.forEach(one -> schema.append("optional binary ").append(one).append(" (STRING); "));
    try (ParquetFixture table =
        ParquetFixture.file(
            file, schema + ParquetFixture.list("options", "optional binary element (STRING); "))) {
      for (int question = 1; question <= 2; question++) {
        String id = "001-" + question;
        table.row(
            row -> {
              columns.forEach(
                  one ->
                      row.append(
                          one,
                          switch (one) {
                            case "question_id" -> id;
                            case "question" -> "Which?";
                            case "answer" -> "B";
                            case "duration" -> "short";
                            case "domain" -> "Film & Television";
                            default -> "x" + one;
                          }));
              Group list = row.addGroup("options");
              for (String option : List.of("A. egg", "B. larva", "C. pupa", "D. imago")) {
                list.addGroup(0).append("element", option);
              }
            });
      }
    }
    return file.getParent();
  }

  @Test
  void videoMmeIsTheHubsFileOrVlmEvalKitsTable() throws IOException {
    Path table =
        Reading.write(
            folder,
            "Video-MME.tsv",
            "index\tvideo\tvideo_path\tduration\tdomain\tcandidates\tsub_category\ttask_type\tsubtitle_path\tquestion\tanswer\n"
                + "0\txvideoID\t./video/xvideoID.mp4\tshort\tFilm & Television\t['A. egg', 'B. larva', 'C. pupa', 'D. imago']\txsub_category\txtask_type\t./subtitle/x.srt\tWhich?\tB\n");
    BenchmarkQuestion ofTable = read("video-mme", "vlmevalkit", table).get(0);
    List<BenchmarkQuestion> ofHub = read("video-mme", "vlmevalkit", parquet());

    assertThat(ofHub).hasSize(2).extracting(BenchmarkQuestion::id).contains("001-1", "001-2");
    for (BenchmarkQuestion question : List.of(ofTable, ofHub.get(0), ofHub.get(1))) {
      assertThat(video(question)).isEqualTo(new ImagePlace.Video("xvideoID", null, null, null));
      assertThat(question.category()).isEqualTo("duration=short");
      assertThat(question.extra().get(BenchmarkQuestion.GROUPS))
          .isEqualTo("domain=Film & Television\nsub_category=xsub_category\ntask_type=xtask_type");
      assertThat(question.options()).containsExactly("egg", "larva", "pupa", "imago");
      assertThat(question.prompt())
          .isEqualTo(
              "\nThese are the frames of a video. "
                  + SELECT
                  + RESPOND
                  + "Question: Which?\n"
                  + OPTIONS
                  + "Answer: ");
    }
  }

  @Test
  void videoMmeIsWordedLikeBothHarnesses() throws IOException {
    Path files = parquet();
    String asked = SELECT + " and the subtitles" + RESPOND + "Which?\n" + OPTIONS;
    String letter = "\nAnswer with the option's letter from the given choices directly.";

    for (String prompts : List.of("llava", "lmms-eval")) {
      assertThat(read("video-mme", prompts, files).get(0).prompt()).isEqualTo(asked + letter);
    }
    assertThat(read("video-mme", "lmms-eval-llava-vid", files).get(0).prompt())
        .isEqualTo(asked + "The best answer is:");
    BenchmarkQuestion qwen = read("video-mme", "lmms-eval-qwen3-vl", files).get(0);
    assertThat(qwen.prompt())
        .isEqualTo(
            "Question: Which?\nOptions:\n" + OPTIONS + "Answer with the option letter only.");
    assertThat(qwen.maxNewTokens()).hasValue(16);
    assertThat(read("video-mme", "official", files).get(0).prompt())
        .isEqualTo(SELECT + RESPOND + "Which?\n" + OPTIONS + "The best answer is:");
  }

  @ParameterizedTest
  @CsvSource({
    "lmms-eval, Answer: B, 1",
    "lmms-eval-2024, Answer: B, 0", // the A of Answer
    "lmms-eval-2024, The best answer is: B, 1",
    "vlmevalkit, Answer: B, 1",
    "vlmevalkit, Best option: C, 1", // the B of Best
    "lmms-eval, Best option: C, 0",
  })
  void theRulesBeforeAndSinceApril2026Differ(String profile, String answer, int score)
      throws IOException {
    Benchmark.Reference reference = read("video-mme", "llava", parquet()).get(0).reference();

    assertThat(named("video-mme").score(profile, answer, reference).value()).isEqualTo(score);
  }

  private static final String CAREFULLY =
      "Carefully watch this video and pay attention to every detail. Based on your observations,"
          + " select the best option that accurately addresses the question.";

  private Path mlvu() throws IOException {
    return Reading.write(
        folder,
        "test.jsonl",
        "{\"video_name\": \"a.mp4\", \"duration\": 480.1, \"question\": \"Which?\\n(A) egg\\n(B) larva\\n(C)"
            + " pupa\\n(D) imago\\n\", \"candidates\": [\"egg\", \"larva\", \"pupa\", \"imago\"],"
            + " \"answer\": \"B\", \"task_type\": \"ego\"}\n");
  }

  @Test
  void mlvuIsTheHubsFileOrVlmEvalKitsTableOrItsOwnFiles() throws IOException {
    Path table =
        Reading.write(
            folder,
            "MLVU_MCQ.tsv",
            "task_type\tprefix\tduration\tvideo\tquestion\tanswer\tcandidates\tindex\n"
                + "ego\t./MLVU/video/3_ego\t480.1\ta.mp4\tWhich?\tlarva\t['egg', 'larva', 'pupa', 'imago']\t5\n");
    Path own = Files.createDirectories(folder.resolve("json")).resolve("3_ego.json");
    Files.writeString(
        own,
        "[{\"video\": \"a.mp4\", \"duration\": 480.1, \"question\": \"Which?\", \"candidates\": [\"egg\","
            + " \"larva\", \"pupa\", \"imago\"], \"answer\": \"larva\", \"question_type\": \"ego\"}]");
    Path videos = Files.createDirectories(folder.resolve("MLVU").resolve("video").resolve("3_ego"));

    for (BenchmarkQuestion question :
        List.of(
            read("mlvu", "lmms-eval", mlvu(), folder.resolve("MLVU")).get(0),
            read("mlvu", "lmms-eval", table, folder).get(0),
            read("mlvu", "lmms-eval", own, folder.resolve("MLVU")).get(0))) {
      assertThat(video(question)).isInstanceOf(ImagePlace.Video.class);
      assertThat(((ImagePlace.Video) video(question)).name()).endsWith("video/3_ego/a.mp4");
      assertThat(question.category()).isEqualTo("ego");
      assertThat(question.options()).containsExactly("egg", "larva", "pupa", "imago");
      assertThat(question.prompt())
          .isEqualTo(
              "Which?\n(A) egg\n(B) larva\n(C) pupa\n(D) imago\n\n"
                  + "Only give the best option.\nBest option: (");
      assertThat(question.maxNewTokens()).hasValue(16);
      for (String profile : named("mlvu").profiles()) {
        assertThat(named("mlvu").score(profile, "B", question.reference()).value()).isEqualTo(1);
        assertThat(named("mlvu").score(profile, "A", question.reference()).value()).isZero();
      }
    }
    assertThat(videos).exists();
  }

  @Test
  void mlvuIsWordedLikeBothHarnesses() throws IOException {
    String options = "(A) egg\n(B) larva\n(C) pupa\n(D) imago\n";

    assertThat(read("mlvu", "lmms-eval-plm", mlvu()).get(0).prompt())
        .isEqualTo("Which?\n" + options + "\nOnly give the best option.");
    String rest = "Question: Which?\nOptions:\n" + options + "Only give the best option.";
    assertThat(read("mlvu", "vlmevalkit", mlvu()).get(0).prompt()).isEqualTo(CAREFULLY + rest);
    assertThat(read("mlvu", "qwen", mlvu()).get(0).prompt())
        .isEqualTo(CAREFULLY + "<image>" + rest);
  }

  @ParameterizedTest
  @CsvSource({
    "lmms-eval, Answer: B, 1",
    "lmms-eval-2024, Answer: B, 0", // neither alone nor before a parenthesis
    "lmms-eval-2024, B) larva, 1",
    "lmms-eval-2024, B, 1",
    "vlmevalkit, The answer is B, 1",
  })
  void mlvusRulesDiffer(String profile, String answer, int score) throws IOException {
    Benchmark.Reference reference = read("mlvu", "llava", mlvu()).get(0).reference();

    assertThat(named("mlvu").score(profile, answer, reference).value()).isEqualTo(score);
    assertThat(named("mlvu").metrics(profile).get(0).name())
        .isEqualTo(profile.equals("vlmevalkit") ? "accuracy" : "average");
  }

  @Test
  void egoSchemaIsWordedAndScoredLikeLmmsEval() throws IOException {
    String row =
        "{\"question_idx\": \"7\", \"video_idx\": \"00b9\", \"question\": \"Which?\", \"option\": [\"A. egg\","
            + " \"B. larva\", \"C. pupa\", \"D. imago\", \"E. none\"], \"answer\": %s}\n";
    Path file =
        Reading.write(
            folder,
            "test.jsonl",
            String.format(row, "\"1\"") + String.format(row.replace("7", "8"), "null"));

    List<BenchmarkQuestion> questions = read("egoschema", "lmms-eval", file);

    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("7", "8");
    assertThat(questions.get(1).answers()).as("of the full set").isEmpty();
    BenchmarkQuestion question = questions.get(0);
    assertThat(video(question)).isEqualTo(new ImagePlace.Video("00b9", null, null, null));
    assertThat(question.maxNewTokens()).hasValue(16);
    String asked =
        "Which?\nA. egg\nB. larva\nC. pupa\nD. imago\nE. none\n"
            + "Answer with the option's letter from the given choices directly.";
    assertThat(question.prompt()).isEqualTo(asked);
    assertThat(read("egoschema", "lmms-eval-aria", file).get(0).prompt())
        .isEqualTo("Please answer the question about the video:\n" + asked);
    assertThat(named("egoschema").hubData().orElseThrow().files())
        .isEqualTo("--include '*Subset/test-*'");
    assertThat(named("egoschema").score("lmms-eval", "B or A.", question.reference()))
        .isEqualTo(new Score("B", false, 1));
    assertThat(named("egoschema").score("lmms-eval", "larva", question.reference()))
        .isEqualTo(new Score("", true, 0));
  }

  @Test
  void nextQaIsWordedAndScoredLikeLmmsEval() throws IOException {
    Path file =
        Reading.write(
            folder,
            "test.csv",
            "video,frame_count,width,height,question,answer,qid,type,a0,a1,a2,a3,a4\n"
                + "4010069381,369,640,480, how do they feel ,1,6,CH,egg,larva ,pupa, imago,none\n"
                + "4010069381,369,640,480,what next,0,6,TP,egg,larva,pupa,imago,none\n");

    List<BenchmarkQuestion> questions = read("next-qa", "lmms-eval", file);

    BenchmarkQuestion question = questions.get(0);
    assertThat(video(question)).isEqualTo(new ImagePlace.Video("4010069381", null, null, null));
    assertThat(question.prompt())
        .isEqualTo("how do they feel\nA. egg\nB. larva\nC. pupa\nD. imago\nE. none");
    assertThat(question.category()).isEqualTo("CH");
    assertThat(question.extra()).containsEntry(BenchmarkQuestion.GROUPS, "causal");
    assertThat(questions.get(1).category()).isEqualTo("TN");
    assertThat(question.maxNewTokens()).isEmpty();
    assertThat(named("next-qa").score("lmms-eval", "A, so B it is", question.reference()).value())
        .isEqualTo(1);
    assertThat(named("next-qa").score("lmms-eval", "larva", question.reference()))
        .isEqualTo(new Score("", true, 0));
  }

  @Test
  void theListOfVideosHasAll() {
    assertThat(BenchmarkLists.expanded("@video"))
        .containsExactly("mvbench", "video-mme", "mlvu", "egoschema", "next-qa");
    BenchmarkLists.expanded("@video")
        .forEach(name -> assertThat(named(name).showsVideos()).isTrue());
    assertThat(named("mmstar").showsVideos()).isFalse();
  }
}
