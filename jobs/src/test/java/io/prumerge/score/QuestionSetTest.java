package io.prumerge.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.LocalSpark;
import io.prumerge.Preparation;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Reading;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class QuestionSetTest {

  private static final String CLASH =
      "The questions 2 and 3, counted from 1, have the same id 1#2; each question needs its own";

  @TempDir private Path folder;

  private QuestionSet read(String benchmark, String name, String... lines) throws IOException {
    Path file = Files.write(folder.resolve(name), List.of(lines));
    return QuestionSet.read(
        LocalSpark.session(),
        Benchmarks.KNOWN.named(benchmark),
        new SourceFiles(List.of(Reading.path(file)), new Configuration(false)),
        Optional.of(Reading.path(folder.resolve("out"))));
  }

  @Test
  void numbersRepeatedIdsAsPrepareDoes() throws IOException {
    QuestionSet asked =
        read(
            "custom",
            "q.jsonl",
            "{\"question_id\": 1, \"text\": \"a\"}",
            "{\"question_id\": 1, \"text\": \"b\"}",
            "{\"question_id\": 2, \"text\": \"c\"}",
            "{\"question_id\": 1, \"text\": \"d\"}");

    assertThat(asked.inOrder())
        .toIterable()
        .extracting(BenchmarkQuestion::id)
        .containsExactly("1", "1#2", "2", "1#3");
  }

  private static BenchmarkQuestion about(String id, ImagePlace place) {
    return new BenchmarkQuestion(
        id,
        Optional.of(place),
        "What?",
        OptionalInt.empty(),
        new Reference("What?", "c", List.of("yes"), List.of(), Map.of()));
  }

  private static List<String> videos(BenchmarkQuestion... questions) {
    QuestionSet asked =
        QuestionSet.of(LocalSpark.session(), Benchmarks.KNOWN.named("custom"), List.of(questions));
    Dataset<Row> answers = LocalSpark.session().sql("SELECT explode(array('1', '2')) question_id");
    Dataset<Row> named = asked.withVideos(answers);
    return List.of(named.columns()).contains("video")
        ? named.orderBy("question_id").select("video").as(Encoders.STRING()).collectAsList()
        : List.of();
  }

  @Test
  void clipsOfOneVideoHaveItsName() {
    assertThat(
            videos(
                about("1", new ImagePlace.Video("a/\"x\" é.mp4", 0.5, 2.0, null, null)),
                about("2", new ImagePlace.Video("a/\"x\" é.mp4", 3.0, null, null, null))))
        .containsExactly("a/\"x\" é.mp4", "a/\"x\" é.mp4");
    assertThat(videos(about("1", new ImagePlace.InFolder("a.png")))).isEmpty();
  }

  @Test
  void refusesARepeatedIdOfOtherBenchmarks() {
    String question = "{\"question_id\": 5, \"image\": \"a.jpg\", \"text\": \"What?\"}";
    assertThatThrownBy(() -> read("vqav2", "llava_vqav2_mscoco_test2015.jsonl", question, question))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "The questions 1 and 2, counted from 1, have the same id 5; each question needs its"
                + " own");
  }

  @Test
  void refusesAnIdThatIsARepeatedIdsNewOneAsPrepareDoes() {
    String[] lines = {
      "{\"question_id\": 1, \"text\": \"a\"}",
      "{\"question_id\": 1, \"text\": \"b\"}",
      "{\"question_id\": \"1#2\", \"text\": \"c\"}"
    };

    assertThatThrownBy(() -> read("custom", "q.jsonl", lines))
        .isInstanceOf(DataException.class)
        .hasMessage(CLASH);
    assertThatThrownBy(
            () ->
                Preparation.of(LocalSpark.session())
                    .benchmark("custom")
                    .sources(folder.resolve("q.jsonl").toString())
                    .output(folder.resolve("out").toString())
                    .run())
        .isInstanceOf(DataException.class)
        .hasMessage(CLASH);
  }

  @Test
  @Tag("slow")
  void questionsThatAreTooManyForTheDriverLieInFilesUntilTheyAreScored() throws IOException {
    int many = QuestionSet.MOST_HELD + 5;
    String[] lines =
        IntStream.range(0, many)
            .mapToObj(
                i ->
                    "{\"question_id\": %d, \"image\": \"%d.jpg\", \"text\": \"What is %d?\", \"answer\": \"a\"}"
                        .formatted(i % (many - 1), i, i))
            .toArray(String[]::new);

    QuestionSet asked = read("custom", "q.jsonl", lines);

    assertThat(staged()).hasSize(1);
    assertThat(asked.count()).isEqualTo(many);
    List<BenchmarkQuestion> questions = new ArrayList<>();
    asked.inOrder().forEachRemaining(questions::add);
    assertThat(questions).hasSize(many);
    BenchmarkQuestion last = questions.get(many - 1);
    assertThat(last.id()).isEqualTo("0#2");
    assertThat(last.image()).contains(new ImagePlace.InFolder((many - 1) + ".jpg"));
    assertThat(last.question()).isEqualTo("What is %d?", many - 1);
    assertThat(last.answers()).containsExactly("a");
    assertThat(asked.references("test").where("image_id = '7.jpg'").first())
        .isEqualTo(
            QuestionSet.of(LocalSpark.session(), asked.benchmark(), questions.subList(7, 8))
                .references("test")
                .first());

    asked.close();
    assertThat(staged()).isEmpty();
  }

  private List<String> staged() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(".out.questions-"))
          .toList();
    }
  }
}
