package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.metric.Metric;
import io.prumerge.store.Table;
import java.awt.Color;
import java.awt.Graphics;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user does with a benchmark of their own, by the commands. */
@Tag("spark")
@Tag("model")
class BenchmarkFileCommandsTest {

  private static final Path MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava");

  /** Word for word what users are promised. */
  private static final String TICKETS =
      """
      # tickets.yaml. Relative paths start at this file's folder. An unknown key is refused, with its line and the near name.
      name: tickets                     # column `benchmark`; no built-in name
      data: tickets.csv                 # or a list; .csv .tsv .jsonl .json .parquet, a folder of Parquet, hf:ORG/NAME
      split: test                       # default: test
      images: [photos]                  # folders under which `image` names files; absent: the column holds the bytes
      columns:
        id: id                          # default: the row's number, from 1
        image: photo                    # HF struct, bytes, base64 or file name; or a list such as [image_1, image_2], empty cells left out
        question: question
        options: [A, B, C, D]           # a list: one column each, empty cells left out; a name: one column with a list
        answers: answer                 # text, number, list, or text of a JSON or Python list
        category: [product, language]   # figures by value; of several columns they are called `product=lamp`
      prompts:                          # a text, or a list of pieces; a piece whose {column} is empty is left out
        letter: ["{hint}\\n", "{question}", "\\n{options}", "\\nAnswer with the option's letter from the given choices directly."]
        open: "{question}"              # --prompts open; the first is the default
      max_new_tokens: 16                # default: the checkpoint's
      orientation: exif                 # default; or stored (6)
      score:                            # profiles; the first is the default, others by score --profile NAME
        letter: {rule: letter, answers_are: letter, undecided: wrong}
        exact: {rule: exact, ignore_case: true, ignore_punctuation: true}
      figures:                          # the first is the headline; all in percent
        accuracy: {statistic: mean}
        by_product: {statistic: mean, pooling: mean_of_groups, groups: product}
      """;

  /** What is kept of it: nothing is left to the version that reads a copy. */
  private static final String KEPT =
      TICKETS.replace("{rule: letter, ", "{rule: letter, parser: letters, ");

  @TempDir private Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    Files.createDirectories(folder.resolve("q/photos"));
    Files.writeString(folder.resolve("q/tickets.yaml"), TICKETS);
    StringBuilder rows =
        new StringBuilder("id,photo,question,A,B,C,D,answer,product,language,hint\r\n");
    for (int i = 1; i <= 6; i++) {
      BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
      Graphics drawing = image.getGraphics();
      drawing.setColor(i % 2 == 0 ? Color.RED : Color.BLUE);
      drawing.fillRect(i, 5, 10 + i, 20);
      drawing.dispose();
      ImageIO.write(image, "png", folder.resolve("q/photos/" + i + ".png").toFile());
      rows.append(
          String.format(
              Locale.ROOT,
              "t%d,%d.png,\"What colour, \"\"please\"\"?\",red,blue,,,%s,%s,%s,%s\r\n",
              i,
              i,
              i % 2 == 0 ? "A" : "B",
              i < 4 ? "lamp" : "sofa",
              i % 2 == 0 ? "en" : "de",
              i == 1 ? "Look closely." : ""));
    }
    Files.writeString(folder.resolve("q/tickets.csv"), rows);
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private CommandLineRun done(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private CommandLineRun evaluate(String asked, String value, String output, String... more) {
    String[] evaluate = {
      "evaluate",
      asked,
      path(value),
      "--model",
      MODEL.toString(),
      "--method",
      "none",
      "prumerge",
      "--device",
      "cpu",
      "--max-new-tokens",
      "1",
      "--output",
      path(output)
    };
    return done(joined(evaluate, more));
  }

  private static String[] joined(String[] first, String[] more) {
    return Stream.of(first, more).flatMap(Stream::of).toArray(String[]::new);
  }

  @Test
  void theFileTravelsWithTheQuestions() throws IOException {
    assertThat(
            done(
                    "prepare",
                    "--benchmark",
                    path("q/tickets.yaml"),
                    "--output",
                    path("t.examples"),
                    "--show",
                    "6")
                .out()
                .lines())
        .contains(
            "question t1, category product=lamp",
            "picture  1.png, 40 x 30",
            "options  [red, blue]",
            "answers  [B]",
            "  | Look closely.",
            "  | What colour, \"please\"?",
            "  | B. blue");
    assertThat(folder.resolve("t.examples/_benchmark.yaml")).hasContent(KEPT);
    CommandLineRun asked = evaluate("--benchmark", "q/tickets.yaml", "a");
    assertThat(asked.out()).contains("tickets accuracy");
    assertThat(asked.err())
        .containsOnlyOnce("warning: tickets.yaml names no parser: score.letter is read by ");

    Files.delete(folder.resolve("q/tickets.yaml"));
    evaluate("--examples", "t.examples", "b");
    assertThat(evaluate("--examples", "t.examples", "b", "--resume").out()).contains("is complete");
    done("report", "--runs", path("a"), path("b"), "--output", path("c"));

    assertThat(
            Table.SCORES
                .read(LocalSpark.session(), List.of(path("b/scores")))
                .select("profile", "category")
                .distinct()
                .count())
        .as("two profiles, two categories")
        .isEqualTo(4);
    JsonNode manifest = new ObjectMapper().readTree(folder.resolve("b/manifest.json").toFile());
    assertThat(manifest.findValue("benchmarks").get("tickets").textValue()).isEqualTo(KEPT);
    assertThat(folder.resolve("c/report.html")).content().contains("tickets");
    assertTwoFilesOfOneNameAreNotReportedTogether();
  }

  /** As if the second run had been asked after the file was changed. */
  private void assertTwoFilesOfOneNameAreNotReportedTogether() throws IOException {
    Path manifest = folder.resolve("b/manifest.json");
    Files.writeString(
        manifest, Files.readString(manifest).replace("undecided: wrong", "undecided: drop"));
    Files.delete(folder.resolve("b/.manifest.json.crc"));

    CommandLineRun report =
        CommandLineRun.of("report", "--runs", path("a"), path("b"), "--output", path("d"));
    assertThat(report.code()).isEqualTo(2);
    assertThat(report.err()).contains("two different files of the benchmark tickets");
  }

  @Test
  void answersOfOthersAreScoredByEachProfile() throws IOException {
    Files.writeString(
        folder.resolve("answers.csv"),
        "question_id,text\nt1,B\nt2,(A)\nt3,\"blue, I think\"\nt4,a\nt5,B.\nt6,\n");
    JsonNode letter = scored();
    assertThat(letter.findValue("accuracy").doubleValue()).isEqualTo(500.0 / 6, within(1e-9));
    assertThat(letter.findValue("accuracy/product=lamp").doubleValue()).isEqualTo(100);
    assertThat(letter.findValue("n_unparsed").intValue()).isEqualTo(1);
    assertThat(scored("--profile", "exact").findValue("accuracy").doubleValue())
        .as("B, (A), a and B. without punctuation and case")
        .isEqualTo(400.0 / 6, within(1e-9));
  }

  @Test
  void theParserIsNamedBesideManyUndecidedAnswers() throws IOException {
    StringBuilder rows = new StringBuilder("id,question,A,B,answer\n");
    StringBuilder answers = new StringBuilder("question_id,text\n");
    for (int i = 0; i < 12; i++) {
      rows.append(i).append(",Which?,one,two,A\n");
      answers.append(i).append(i < 2 ? ",who knows\n" : ",A\n");
    }
    Files.writeString(folder.resolve("own.csv"), rows);
    Files.writeString(folder.resolve("own.answers.csv"), answers);
    String file =
        "name: own\ndata: own.csv\ncolumns: {id: id, question: question, options: [A, B],"
            + " answers: answer}\nscore: {a: {rule: letter, parser: letters}}\n";
    Files.writeString(folder.resolve("own.yaml"), file);
    String[] score = {
      "score", "--benchmark", path("own.yaml"), "--answers", path("own.answers.csv")
    };

    assertThat(done(joined(score, new String[] {"--output", path("scored")})).err())
        .contains(
            "over a tenth of the answers are undecided for the parser letters (n_unparsed); look at"
                + " some: raise --max-new-tokens where they are cut");
    assertThat(
            Metric.TABLE
                .read(LocalSpark.session(), List.of(path("scored/metrics")))
                .where("parser = 'letters'")
                .count())
        .isPositive();

    Files.writeString(
        folder.resolve("own.answers.csv"), answers.toString().replace("0,who knows", "0,A"));
    assertThat(done(score).err()).doesNotContain("undecided for the parser");
  }

  /** The ten usual forms of an answer, all of which mean C, and what a copy of before says. */
  @Test
  void aFileThatNamesNoParserGetsTheMostCapable() throws IOException {
    Path letters = Path.of(System.getProperty("project.root"), "jobs/src/test/resources");
    FileUtils.copyDirectory(
        letters.resolve("wave5/letters").toFile(), folder.resolve("letters").toFile());
    Path file = folder.resolve("letters/letters.yaml");
    String[] score = {
      "score", "--benchmark", file.toString(), "--answers", path("letters/a.csv"), "--json"
    };

    CommandLineRun read = done(score);
    JsonNode figures = new ObjectMapper().readTree(read.out());
    assertThat(figures.findValue("accuracy").doubleValue()).isEqualTo(100);
    assertThat(figures.findValue("n_unparsed").intValue()).isZero();
    assertThat(read.err())
        .containsOnlyOnce(
            "warning: letters.yaml names no parser: score.letter is read by letters (in files"
                + " prepared before, by mmmu); write parser: NAME there to choose it yourself");

    Files.writeString(
        file, Files.readString(file).replace("rule: letter", "rule: letter, parser: mmmu"));
    CommandLineRun former = done(score);
    assertThat(new ObjectMapper().readTree(former.out()).findValue("accuracy").doubleValue())
        .isEqualTo(50);
    assertThat(former.err()).doesNotContain("names no parser");
  }

  private JsonNode scored(String... more) throws IOException {
    String[] score = {
      "score", "--benchmark", path("q/tickets.yaml"), "--answers", path("answers.csv"), "--json"
    };
    return new ObjectMapper().readTree(done(joined(score, more)).out());
  }

  @Test
  void aSweepNamesTheFile() throws IOException {
    Files.writeString(
        folder.resolve("q/sweep.yaml"),
        "models: ["
            + MODEL
            + "]\nbenchmarks: [tickets.yaml]\nmethods: [none, prumerge]\ndevice: cpu\nlimit: 2\n");
    assertThat(done("sweep", path("q/sweep.yaml"), "--dry-run").out())
        .contains("1 model x 2 questions x 2 methods: 4 answers");

    Files.move(folder.resolve("q/tickets.csv"), folder.resolve("moved.csv"));
    String[] elsewhere = {
      "sweep", path("q/sweep.yaml"), "--source", path("moved.csv"), path("q/photos")
    };
    assertThat(done(joined(elsewhere, new String[] {"--output", path("s2")})).out())
        .contains("tickets accuracy");
    CommandLineRun both =
        CommandLineRun.of(
            joined(elsewhere, new String[] {"--examples", path("s"), "--output", path("s3")}));
    assertThat(both.err())
        .contains("--source, --split, --prompts, --source-fps and --examples-cache go with");
  }

  @Test
  void listsWhatAFolderDefines() {
    assertThat(done("list", "benchmarks", "tickets", "--benchmarks", path("q")).out())
        .contains("letter: accuracy, exact: accuracy");
  }

  private String guessed(String data, String... more) throws IOException {
    String file = path("q/" + data.replace('.', '-') + ".yaml");
    String[] init = {"init-benchmark", "--data", path("q/" + data), "--output", file};
    done(joined(init, more));
    return Files.readString(Path.of(file));
  }

  /** Of a CSV, of VLMEvalKit's form and of Hugging Face's, in one run. */
  @Test
  void guessedFilesRunAsTheyAre() throws IOException {
    assertThat(guessed("tickets.csv", "--images", path("q/photos")))
        .contains("images: photos", "image: photo", "options: [A, B, C, D]", "answers_are: letter")
        .contains("Answer with the option's letter");
    writeVlmEvalKitsForm();
    assertThat(guessed("own.tsv")).contains("id: index", "category: category", "rule: yes-no");
    writeHuggingFacesForm();
    assertThat(guessed("hf")).contains("answers: answers", "rule: vqa", "short answer");

    assertThat(
            evaluate(
                    "--benchmark",
                    "q/tickets-csv.yaml",
                    "a",
                    "--limit",
                    "4",
                    "--benchmark",
                    path("q/own-tsv.yaml"),
                    path("q/hf.yaml"))
                .out())
        .contains("tickets-csv accuracy", "own-tsv f1", "hf accuracy");
  }

  @Test
  void aGuessedFileMayBeChanged() throws IOException {
    String guess = guessed("tickets.csv", "--images", path("q/photos"));
    Path file = folder.resolve("q/tickets-csv.yaml");

    Files.writeString(file, guess.replace("Answer with", "Reply with"));

    String output = path("changed.examples");
    assertThat(
            done("prepare", "--benchmark", file.toString(), "--show", "1", "--output", output)
                .out())
        .contains("Reply with the option's letter", "\nright: B. ");
  }

  private void writeVlmEvalKitsForm() throws IOException {
    StringBuilder rows = new StringBuilder("index\timage\tquestion\tanswer\tcategory\n");
    for (int i = 1; i <= 6; i++) {
      String picture =
          Base64.getEncoder()
              .encodeToString(Files.readAllBytes(folder.resolve("q/photos/" + i + ".png")));
      rows.append(i).append('\t').append(i == 2 ? "1" : picture);
      rows.append("\tIs it red?\t").append(i % 2 == 0 ? "Yes" : "No").append("\tcolour\n");
    }
    Files.writeString(folder.resolve("q/own.tsv"), rows);
  }

  private void writeHuggingFacesForm() throws IOException {
    Path picture = folder.resolve("q/photos/1.png");
    String bytes = HexFormat.of().formatHex(Files.readAllBytes(picture));
    LocalSpark.session()
        .sql(
            "SELECT id AS question_id, named_struct('bytes', X'"
                + bytes
                + "', 'path', 'a.png') AS image, 'What colour?' AS question,"
                + " array_repeat('blue', 10) AS answers FROM range(4)")
        .coalesce(1)
        .write()
        .parquet(path("q/hf"));
  }

  @Test
  void aGuessedFileOfSeveralPicturesIsPreparedAsItIs() throws IOException {
    Files.writeString(
        folder.resolve("q/pairs.jsonl"),
        "{\"id\": 7, \"images\": [\"1.png\", \"2.png\"], \"question\": \"Which is red?\","
            + " \"answer\": \"the second\"}\n");

    assertThat(guessed("pairs.jsonl", "--images", path("q/photos")))
        .contains("id: id", "image: images", "rule: exact");
    assertThat(
            done("prepare", "--benchmark", path("q/pairs-jsonl.yaml"), "--output", path("p")).out())
        .startsWith("pairs-jsonl/test: 1 image, 1 question");
  }

  @Test
  void aGuessSaysWhatItDidNotFind() throws IOException {
    Files.writeString(folder.resolve("q/half.csv"), "foto,question,outcome\n,Is it red?,dark\n");
    String[] half = {"init-benchmark", "--data", path("q/half.csv"), "--output", path("q/h.yaml")};
    assertThat(done(half).err().lines())
        .containsExactly(
            "warning: no column is called as pictures are, or has their names: set columns.image,"
                + " or questions are asked without one",
            "warning: no column is called as right answers are: set columns.answers, or nothing is"
                + " scored");
  }

  @Test
  void guessesTheColumnsOfAnotherLanguage() throws IOException {
    Files.writeString(
        folder.resolve("q/tabelle.csv"),
        "\ufeffNr;Bild;Frage;Antwort\r\n"
            + "1;Küche/Tür.JPG;\"Ist die Tür rot; oder grün?\";rot\r\n"
            + "2;b.png;Was ist das, links?;Tür\r\n"
            + "3;c.png;Nenne die Farbe.;blau\r\n");

    assertThat(guessed("tabelle.csv", "--images", path("q/photos")))
        .contains("image: Bild\n", "question: Frage\n", "answers: Antwort\n");
  }

  @Test
  void guessesNothingFromColumnsThatLookAlike() throws IOException {
    Files.writeString(folder.resolve("q/alike.csv"), "de,en,x\nRot?,Red?,a.png\nBlau?,Blue?,\n");
    CommandLineRun alike =
        CommandLineRun.of(
            "init-benchmark", "--data", path("q/alike.csv"), "--output", path("q/alike.yaml"));
    assertThat(alike.code()).isEqualTo(2);
    assertThat(alike.err())
        .contains("which column of alike.csv holds the questions: de, en, x; call it question");
  }

  @Test
  void aGuessNeedsAColumnOfQuestionsAndANewFile() throws IOException {
    Files.writeString(folder.resolve("q/none.csv"), "a,b\n1,2\n");
    CommandLineRun none =
        CommandLineRun.of(
            "init-benchmark", "--data", path("q/none.csv"), "--output", path("q/none.yaml"));
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("which column of none.csv holds the questions: a, b");
    CommandLineRun there =
        CommandLineRun.of(
            "init-benchmark", "--data", path("q/none.csv"), "--output", path("q/tickets.yaml"));
    assertThat(there.code()).isEqualTo(2);
    assertThat(there.err()).contains("exists already; name a new file, results are never");
    CommandLineRun pictures =
        CommandLineRun.of(
            "init-benchmark",
            "--data",
            path("q/tickets.csv"),
            "--images",
            path("q/photo"),
            "--output",
            path("q/new.yaml"));
    assertThat(pictures.code()).isEqualTo(2);
    assertThat(pictures.err())
        .startsWith("prumerge-spark: --images " + path("q/photo") + " does not exist");
  }

  @Test
  void whatAFileNamesAndIsNotThereIsSaidWithItsLines() throws IOException {
    Files.writeString(
        folder.resolve("q/wrong.yaml"),
        TICKETS.replace("tickets.csv", "ticket.csv").replace("photos", "photo"));
    String said =
        String.format(
            Locale.ROOT,
            "prumerge-spark: Cannot use the benchmark wrong.yaml: wrong.yaml:3: data: %s does not"
                + " exist; a relative path starts at the file's folder; did you mean tickets.csv?;"
                + " wrong.yaml:5: images: %s does not exist; a relative path starts at the file's"
                + " folder; did you mean photos?",
            path("q/ticket.csv"),
            path("q/photo"));
    String[] prepare = {"prepare", "--benchmark", path("q/wrong.yaml"), "--output", path("new")};
    CommandLineRun prepared = CommandLineRun.of(prepare);
    CommandLineRun evaluated =
        CommandLineRun.of(
            "evaluate",
            "--benchmark",
            path("q/wrong.yaml"),
            "--model",
            MODEL.toString(),
            "--method",
            "none",
            "--output",
            path("new"));

    assertThat(prepared.code()).isEqualTo(2);
    assertThat(prepared.err().strip()).isEqualTo(said);
    assertThat(evaluated.err().strip()).isEqualTo(said);
    String[] sources = {"--source", path("q/tickets.csv"), path("q/photos")};
    done(joined(prepare, sources));
  }

  /** Without a run's folder; it is the plan of the prepared table, and leaves nothing behind. */
  @Test
  void aPlanReadsWhatIsNotPrepared() throws IOException {
    Files.delete(folder.resolve("q/photos/5.png"));
    Files.writeString(folder.resolve("q/photos/6.png"), "no picture");
    String[] plan = {
      "evaluate",
      "--benchmark=" + path("q/tickets.yaml"),
      "--prompts=open",
      "--model=" + MODEL,
      "--method=none",
      "--examples-cache=" + path("cache"),
      "--dry-run"
    };
    Path killed = Files.createDirectories(folder.resolve(".planning-killed"));
    Files.setLastModifiedTime(killed, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    CommandLineRun read = done(plan);
    assertThat(read.err()).contains("tickets is not prepared yet: its data are read for the plan");
    assertThat(read.out()).contains("tickets", "1 is missing, 1 image_unsupported");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("q"));
    }
    CommandLineRun json = done(joined(plan, new String[] {"--json"}));
    assertThat(new ObjectMapper().readTree(json.out()).get("answers").asInt()).isEqualTo(6);

    done(
        joined(
            Arrays.copyOf(plan, plan.length - 1),
            new String[] {"--output=" + path("run"), "--max-new-tokens=1", "--max-error-rate=1"}));

    CommandLineRun prepared = done(plan);
    assertThat(prepared.err()).doesNotContain("not prepared yet");
    assertThat(planned(prepared)).isEqualTo(planned(read));
    CommandLineRun run = CommandLineRun.of(Arrays.copyOf(plan, plan.length - 1));
    assertThat(run.err()).contains("evaluate requires --output DIR, or --dry-run to show its plan");
  }

  /** Returns a plan without the hours, for which this machine is measured each time. */
  private static String planned(CommandLineRun run) {
    return run.out().substring(0, run.out().indexOf("hardware"));
  }

  /** A row of the data that cannot be read is an answer missed under each method. */
  @Test
  void rowsThatCannotBeReadCountAsErrorsOfARun() throws IOException {
    String rows = Files.readString(folder.resolve("q/tickets.csv"));
    Files.writeString(
        folder.resolve("q/tickets.csv"), rows.replace("blue,,,B,lamp", "blue,,,Z,lamp"));

    String[] evaluate = {
      "evaluate",
      "--benchmark=" + path("q/tickets.yaml"),
      "--model=" + MODEL,
      "--method",
      "none",
      "prumerge",
      "--device=cpu",
      "--output=" + path("run")
    };
    CommandLineRun refused = CommandLineRun.of(evaluate);

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .contains(
            "of 8 answers are errors, and 4 more are to rows that could not be read (33.3 %)");
    assertThat(refused.err())
        .contains("rows that could not be read have no question to ask again: mend them")
        .doesNotContain("--retry-errors");
    assertThat(folder.resolve("run/report/report.html")).exists();
    done(joined(evaluate, new String[] {"--resume", "--max-error-rate=0.5"}));
    assertThat(CommandLineRun.of(joined(evaluate, new String[] {"--resume"})).code()).isEqualTo(1);
  }

  /** What a run was asked about cannot be asked again once a file of it is another. */
  @Test
  void aChangedFileIsNamedBeforeAnythingIsPrepared() throws IOException {
    String[] evaluate = {
      "evaluate",
      "--benchmark=" + path("q/tickets.yaml"),
      "--model=" + MODEL,
      "--method=none",
      "--device=cpu",
      "--max-error-rate=1",
      "--output=" + path("run")
    };
    String[] resume = joined(evaluate, new String[] {"--resume"});
    done(evaluate);
    Path data = folder.resolve("q/tickets.csv");
    String rows = Files.readString(data);
    FileTime before = Files.getLastModifiedTime(data);

    Files.writeString(data, rows.replace("lamp", "lamps"));
    assertChanged(resume, "tickets.csv (at 20", " was changed; restore what was there");
    Files.setLastModifiedTime(data, FileTime.from(before.toInstant().minusSeconds(60)));
    assertChanged(resume, "the code that reads them are others, though no file there is newer");
    Files.writeString(data, rows);
    Files.setLastModifiedTime(data, before);
    assertThat(done(resume).out()).contains("is complete");

    try (Stream<Path> photos = Files.list(folder.resolve("q/photos"))) {
      Path photo = photos.sorted().findFirst().orElseThrow();
      Files.write(photo, new byte[] {1});
      assertChanged(resume, photo.getFileName() + " (at 20", "was changed");
    }
    try (Stream<Path> tables = Files.list(folder.resolve("prepared"))) {
      List<Path> prepared = tables.toList();
      assertThat(prepared).as("prepared").hasSize(1);
      resume[1] = "--examples=" + prepared.get(0);
    }
    assertThat(done(resume).out()).contains("is complete");
  }

  private static void assertChanged(String[] resume, String... said) {
    CommandLineRun refused = CommandLineRun.of(resume);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err())
        .contains(said)
        .contains("with other questions: since tickets was prepared for it, ")
        .containsPattern("by --examples \\S+/prepared/tickets-\\S+ in place of --benchmark")
        .doesNotContain("sha256");
  }

  /** As models get them, of which no weights are read. */
  @Test
  void aDryRunShowsTheWholeText() throws IOException {
    done("prepare", "--benchmark", path("q/tickets.yaml"), "--output", path("t.examples"));
    assertThat(Files.readString(folder.resolve("t.examples/_manifest.json")))
        .contains("\"orientation\" : \"exif\",");
    Path bare = Files.createDirectories(folder.resolve("bare"));
    Path qwen =
        Path.of(System.getProperty("project.root"))
            .resolve("udfs/src/test/resources/goldens/qwen/qwen2_5_vl/tied");
    JobWalk.copy(MODEL, bare);
    String[] asked = {
      "evaluate",
      "--examples=" + path("t.examples"),
      "--model",
      bare.toString(),
      qwen.toString(),
      "--method=none",
      "--device=cpu",
      "--output=" + path("run"),
      "--dry-run",
      "--show=1"
    };

    assertThat(done(asked).out())
        .contains(
            """
            bare gets question t1 of tickets/test as this text (vicuna_v1):
              | A chat between a curious user and an artificial intelligence assistant. The assistant \
            gives helpful, detailed, and polite answers to the user's questions. USER: <image>
              | Look closely.
              | What colour, "please"?
              | A. red
              | B. blue
              | Answer with the option's letter from the given choices directly. ASSISTANT:
            """)
        .contains(
            """
            tied gets question t1 of tickets/test as this text (qwen2_vl):
              | <|im_start|>system
              | You are a helpful assistant.<|im_end|>
              | <|im_start|>user
              | <|vision_start|><|image_pad|><|vision_end|>Look closely.
            """);
    JsonNode prompts =
        new ObjectMapper()
            .readTree(done(joined(asked, new String[] {"--json"})).out())
            .get("prompts");
    assertThat(prompts).hasSize(2);
    assertThat(prompts.get(0).get("prompt").asText()).endsWith("directly. ASSISTANT:");
    assertThat(prompts.get(1).get("question_id").asText()).isEqualTo("t1");
    CommandLineRun refused =
        CommandLineRun.of(
            "evaluate",
            "--examples=" + path("t.examples"),
            "--model=" + MODEL,
            "--method=none",
            "--output=" + path("run"),
            "--show=1");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("evaluate takes --show N only with --dry-run");
  }
}
