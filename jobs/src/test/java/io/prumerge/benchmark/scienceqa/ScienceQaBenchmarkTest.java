package io.prumerge.benchmark.scienceqa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.Reading;
import io.prumerge.benchmark.scienceqa.ScienceQaBenchmark.ScienceQaResults;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ParquetFixture;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScienceQaBenchmarkTest {

  private static final String SUFFIX =
      "\nAnswer with the option's letter from the given choices directly.";

  private final ScienceQaBenchmark benchmark = new ScienceQaBenchmark();

  @TempDir private Path folder;

  private List<BenchmarkQuestion> read() throws IOException {
    return Reading.questions(benchmark, folder);
  }

  @Test
  void readsLlavasFileWithThePromptByteForByteInItsOrder() throws IOException {
    ScienceQaFiles.write(folder, ScienceQaFiles.problems(), ScienceQaFiles.splits());
    ScienceQaFiles.write(folder, ScienceQaFiles.conversations());

    List<BenchmarkQuestion> questions = read();

    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("12", "7", "3");
    assertThat(questions)
        .extracting(BenchmarkQuestion::prompt)
        .containsExactly(
            "Context: It is made of lead.\nWill it sink? \nA. yes\nB. no\nnever" + SUFFIX,
            "Which is farthest north?\nA. Ohio\nB. Utah\nC. Iowa" + SUFFIX,
            "Which is a verb?\nA. a\nB. go\nC. to\nD. of\nE. in" + SUFFIX);
  }

  @Test
  void takesAllElseFromTheOfficialFiles() throws IOException {
    ScienceQaFiles.write(folder, ScienceQaFiles.problems(), ScienceQaFiles.splits());

    List<BenchmarkQuestion> questions = read();

    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("7", "12", "3");
    assertThat(questions)
        .extracting(BenchmarkQuestion::image)
        .containsExactly(
            Optional.of(new ImagePlace.InFolder("7/image.png")),
            Optional.empty(),
            Optional.empty());
    assertThat(questions)
        .extracting(BenchmarkQuestion::category)
        .containsExactly("SOC", "NAT", "LAN");
    assertThat(questions)
        .extracting(question -> question.extra().get(BenchmarkQuestion.GROUPS))
        .containsExactly("IMG\nG1-6\ngeography", "TXT\nG7-12\nphysics", "NO\nG7-12\nverbs");
    assertThat(questions)
        .extracting(BenchmarkQuestion::answers)
        .containsExactly(List.of("C"), List.of("A"), List.of("B"));
    assertThat(questions.get(1).options()).containsExactly("yes", "no\nnever");
    assertThat(questions.get(0).question()).isEqualTo("Which is farthest north?");
    assertThat(questions.get(0).maxNewTokens()).isEqualTo(OptionalInt.of(1024));
    assertThat(questions.get(0).extra()).containsEntry("question_id", "\"7\"");
    assertThat(questions.get(2).prompt())
        .isEqualTo("Which is a verb?\nA. a\nB. go\nC. to\nD. of\nE. in" + SUFFIX);
  }

  @Test
  void groupsAProblemWithHintAndPictureUnderBoth() throws IOException {
    ObjectNode problems = ScienceQaFiles.problems();
    problems.withObject("/7").put("hint", "Look at the map.").put("grade", "grade6");
    ScienceQaFiles.write(folder, problems, ScienceQaFiles.splits());

    assertThat(read().get(0).extra())
        .containsEntry(BenchmarkQuestion.GROUPS, "TXT\nIMG\nG1-6\ngeography");
  }

  @Test
  void readsTheOnlySplitOfASetWithoutATestSplit() throws IOException {
    ObjectNode splits = ScienceQaFiles.object("{\"train\": [\"3\"], \"val\": [], \"test\": []}");
    ScienceQaFiles.write(folder, ScienceQaFiles.problems(), splits);

    assertThat(read()).extracting(BenchmarkQuestion::id).containsExactly("3");

    splits.putArray("train");
    ScienceQaFiles.write(folder, ScienceQaFiles.problems(), splits);
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage("pid_splits.json:1: no problems in split test, val, train");
  }

  @Test
  void readsTheSplitThatIsWanted() throws IOException {
    ObjectNode splits =
        ScienceQaFiles.object("{\"train\": [\"3\"], \"val\": [], \"test\": [\"7\"]}");
    ScienceQaFiles.write(folder, ScienceQaFiles.problems(), splits);

    assertThat(wanted("train")).extracting(BenchmarkQuestion::id).containsExactly("3");
    assertThat(wanted("test")).extracting(BenchmarkQuestion::id).containsExactly("7");
    assertThatThrownBy(() -> wanted("val"))
        .isInstanceOf(DataException.class)
        .hasMessage("pid_splits.json:1: no problems in split val");
  }

  private List<BenchmarkQuestion> wanted(String split) throws IOException {
    List<BenchmarkQuestion> questions = new ArrayList<>();
    new ScienceQaBenchmark()
        .read(
            new SourceFiles(
                List.of(new org.apache.hadoop.fs.Path(folder.toUri())),
                new Configuration(),
                Optional.of(split)),
            PromptProfile.LLAVA,
            questions::add);
    return questions;
  }

  private static final String TEXT = "optional binary %s (STRING); ";

  /**
   * Writes a file with Hugging Face's schema: a problem with an image, and one without hint and
   * image.
   */
  private void parquet(String name) throws IOException {
    String fields =
        ParquetFixture.image("image")
            + TEXT.formatted("question")
            + ParquetFixture.list("choices", TEXT.formatted("element"))
            + "optional int32 answer (INTEGER(8,true)); "
            + TEXT.formatted("hint")
            + TEXT.formatted("grade")
            + TEXT.formatted("subject")
            + TEXT.formatted("topic");
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    try (ParquetFixture table = ParquetFixture.file(file, fields)) {
      table.row(
          row -> {
            ParquetFixture.image(row, "image", new byte[] {1});
            row.append("question", "Where?").append("answer", 1).append("hint", "A  map.");
            row.append("grade", "grade6").append("subject", "social science");
            row.append("topic", "geography");
            Group choices = row.addGroup("choices");
            choices.addGroup(0).append("element", "here");
            choices.addGroup(0).append("element", "there");
          });
      table.row(
          row -> {
            row.append("question", "Which?").append("answer", 0).append("hint", "");
            row.append("grade", "grade10").append("subject", "language science");
            row.append("topic", "verbs");
            Group choices = row.addGroup("choices");
            choices.addGroup(0).append("element", "go");
            choices.addGroup(0).append("element", "me");
          });
    }
  }

  @Test
  void readsHuggingFacesFilesUnderNamesThatAreNoPids() throws IOException {
    parquet("ScienceQA-FULL/test-00000-of-00001.parquet");

    List<BenchmarkQuestion> questions = read();

    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("row-0", "row-1");
    assertThat(questions.get(0).image())
        .hasValueSatisfying(place -> assertThat(place).isInstanceOf(ImagePlace.ParquetCell.class))
        .map(ImagePlace::id)
        .contains("row-0");
    assertThat(questions.get(1).image()).isEmpty();
    assertThat(questions.get(0).extra())
        .containsEntry(BenchmarkQuestion.GROUPS, "TXT\nIMG\nG1-6\ngeography");
    assertThat(questions.get(0).prompt()).contains("A map.\nWhere?\nA. here\nB. there" + SUFFIX);
    assertThat(questions.get(1).answers()).containsExactly("A");

    Iterator<AnsweredQuestion> answers =
        questions.stream().map(question -> new AnsweredQuestion(question, "A")).iterator();
    assertThatThrownBy(
            () ->
                new ScienceQaResults.Export()
                    .write(
                        answers,
                        new org.apache.hadoop.fs.Path(folder.toUri()),
                        new Configuration()))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot write ScienceQA's results by pid");
  }

  @Test
  void takesTheTestSplitOfSeveralParquetTables() throws IOException {
    parquet("data/test-00000-of-00001.parquet");
    parquet("data/validation-00000-of-00001.parquet");
    assertThat(read()).hasSize(2);

    parquet("ScienceQA-IMG/test-00000-of-00001.parquet");
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("could be read as split test");
  }

  @Test
  void asksAsLlavasFileWhichHasNoDoubleSpaces() throws IOException {
    ObjectNode problems = ScienceQaFiles.problems();
    problems.withObject("/7").put("question", "The  is what?");
    ScienceQaFiles.write(folder, problems, ScienceQaFiles.splits());

    assertThat(read().get(0).prompt()).startsWith("The is what?\nA. Ohio");
    assertThat(read().get(0).question()).isEqualTo("The  is what?");
  }

  @Test
  void namesTheFileThatIsMissingOrCutOff() throws IOException {
    assertThatThrownBy(this::read).hasMessageStartingWith("No pid_splits.json in ");

    Files.writeString(folder.resolve("pid_splits.json"), ScienceQaFiles.splits().toString());
    assertThatThrownBy(this::read).hasMessageStartingWith("No problems.json in ");

    String problems = ScienceQaFiles.problems().toPrettyString();
    Files.writeString(
        folder.resolve("problems.json"), problems.substring(0, problems.length() / 2));
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageMatching(
            "(?s)problems.json:\\d+: not valid JSON \\(is the file cut off\\?\\).*");

    Files.writeString(folder.resolve("pid_splits.json"), "{\"test\": [\"7\", ");
    assertThatThrownBy(this::read)
        .hasMessageStartingWith("pid_splits.json:1: not valid JSON (is the file cut off?)");

    Files.writeString(folder.resolve("pid_splits.json"), "[]");
    assertThatThrownBy(this::read)
        .hasMessage("pid_splits.json: the document must be a JSON object, it is ARRAY");
  }

  @Test
  void namesTheProblemThatIsNotWhatItShouldBe() throws IOException {
    ObjectNode splits = ScienceQaFiles.object("{\"test\": [\"8\"]}");
    ScienceQaFiles.write(folder, ScienceQaFiles.problems(), splits);
    assertThatThrownBy(this::read)
        .hasMessage("pid_splits.json:1: split test names problem 8, which problems.json lacks");

    refuses(
        "\"answer\": 3",
        "problem 7 has the answer 3, which is not the index of one of its 3 choices");
    refuses("\"answer\": \"C\"", "problem 7: \"answer\" must be an index, it is \"C\"");
    refuses("\"choices\": [\"x\"]", "problem 7 has 1 choices; ScienceQA has two to five");
    refuses(
        "\"subject\": \"art\"",
        "problem 7 has the unknown subject 'art'; known: language science, natural science, social"
            + " science");
    refuses(
        "\"grade\": \"grade13\"",
        "problem 7 has the unknown grade 'grade13'; known: grade1 to grade12");
    refuses(
        "\"image\": \"../image.png\"",
        "image '7/../image.png' leaves the image folder; expected a path below the image folder");
  }

  /** Sets a field of problem 7 and expects the error about it. */
  private void refuses(String field, String message) throws IOException {
    ObjectNode problems = ScienceQaFiles.problems();
    problems.withObject("/7").setAll(ScienceQaFiles.object("{" + field + "}"));
    ScienceQaFiles.write(folder, problems, ScienceQaFiles.object("{\"test\": [\"7\"]}"));
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage("problems.json:1: " + message);
  }

  @Test
  void refusesAQuestionFileOfAnotherGeneration() throws IOException {
    ScienceQaFiles.write(folder, ScienceQaFiles.problems(), ScienceQaFiles.splits());

    ArrayNode fewer = ScienceQaFiles.conversations();
    fewer.remove(2);
    ScienceQaFiles.write(folder, fewer);
    assertThatThrownBy(this::read)
        .hasMessage(
            "llava_test_CQM-A.json has 2 of the 3 problems of split test; problem 3 is the first it"
                + " lacks");

    ArrayNode twice = ScienceQaFiles.conversations();
    twice.add(twice.get(0));
    ScienceQaFiles.write(folder, twice);
    assertThatThrownBy(this::read).hasMessageEndingWith(": problem 12 stands there already");

    ArrayNode foreign = ScienceQaFiles.conversations();
    ((ObjectNode) foreign.get(0)).put("id", "1");
    ScienceQaFiles.write(folder, foreign);
    assertThatThrownBy(this::read)
        .hasMessageEndingWith(": problem 1 is not in split test of pid_splits.json");

    ArrayNode pictured = ScienceQaFiles.conversations();
    ((ObjectNode) pictured.get(0)).put("image", "12/image.png");
    ScienceQaFiles.write(folder, pictured);
    assertThatThrownBy(this::read)
        .hasMessageEndingWith(": problem 12 has an image here, but none in problems.json");

    ArrayNode answered = ScienceQaFiles.conversations();
    ((ObjectNode) answered.get(0).path("conversations").path(1)).put("value", "B");
    ScienceQaFiles.write(folder, answered);
    assertThatThrownBy(this::read)
        .hasMessageEndingWith(": problem 12 has the answer \"B\" here, but A in problems.json");

    ArrayNode silent = ScienceQaFiles.conversations();
    ((ObjectNode) silent.get(0)).putArray("conversations");
    ScienceQaFiles.write(folder, silent);
    assertThat(read()).extracting(BenchmarkQuestion::id).containsExactly("7", "3");
  }

  @Test
  void scoresLettersOfTheProblemsOwnChoices() {
    Reference reference = new Reference("", "", List.of("B"), List.of("x", "y"), Map.of());

    assertThat(benchmark.gold(reference)).contains("B");
    assertThat(benchmark.score("official", "B", reference)).isEqualTo(new Score("B", false, 1));
    assertThat(benchmark.score("official", "A. x", reference)).isEqualTo(new Score("A", false, 0));
    assertThat(benchmark.score("official", "C", reference)).isEqualTo(new Score("", true, 0));
    assertThat(benchmark.score("official", "b", reference)).isEqualTo(new Score("", true, 0));
    assertThat(benchmark.score("lmms-eval", "b", reference)).isEqualTo(new Score("B", false, 1));
    assertThat(benchmark.score("official", "B.", reference)).isEqualTo(new Score("", true, 0));
    assertThat(benchmark.score("lmms-eval", "B.", reference)).isEqualTo(new Score("B", false, 1));
  }

  @Test
  void reportsTheAccuracyOverPicturesFirst() {
    assertThat(benchmark.metrics("official"))
        .extracting(MetricRule::name)
        .containsExactly("accuracy_img", "accuracy");
    assertThat(benchmark.metrics("official").get(0).groups()).containsExactly("IMG");
  }
}
