package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Reading;
import io.prumerge.console.Console;
import io.prumerge.console.UsageException;
import io.prumerge.source.DataException;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.XlsxWriter;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first file of a user's data: what it guesses, and what it says where it is not sure. */
class InitialBenchmarkTest {

  private static final Path WAVE =
      Path.of(System.getProperty("project.root"), "jobs", "src", "test", "resources", "wave5");

  private static final Charset WESTERN = Charset.forName("windows-1252");

  @TempDir private Path folder;

  /**
   * A guessed file with what it says and reads.
   *
   * @param questions that it reads from the data
   */
  private record Guess(
      String yaml,
      List<String> warnings,
      FileBenchmark benchmark,
      List<BenchmarkQuestion> questions) {

    double score(int question, String answer) {
      String profile = benchmark.profiles().get(0);
      return benchmark.score(profile, answer, questions.get(question).reference()).value();
    }

    List<String> right() {
      return questions.stream()
          .map(one -> String.join("", benchmark.rightLetters(one.reference())))
          .toList();
    }
  }

  private Guess guess(Path data) throws IOException {
    Path photos = Files.createDirectories(folder.resolve("photos"));
    Path output = folder.resolve(data.getFileName() + ".yaml");
    Files.deleteIfExists(output);
    WrittenBenchmark written =
        new InitialBenchmark(Folders.withoutSpark(Console.SILENT), LocalSpark.unused())
            .write(List.of(data.toString()), List.of(photos.toString()), output.toString());
    String yaml = Files.readString(output);
    FileBenchmark benchmark =
        new FileBenchmark(
            BenchmarkFile.parse(yaml, output.toString()), Optional.of(Reading.path(folder)));
    List<BenchmarkQuestion> questions = new ArrayList<>();
    SourceFiles source = Reading.source(data, photos);
    benchmark.read(source, benchmark.prompts(Optional.empty()), questions::add);
    assertThat(questions).hasSize(written.questions());
    List<String> said = new ArrayList<>(written.warnings());
    said.addAll(written.doubts());
    return new Guess(yaml, said, benchmark, questions);
  }

  private Guess guess(String name, String... lines) throws IOException {
    return guess(Reading.write(folder, name, lines));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,a.png,Is it red?,yes | 2,b.png,Is it blue?,no | 'a.png'",
        "Is it red?,yes | Is it blue?,no | 'Is it red?'",
        "1,图.JPG,这是红色吗？,是 | 2,b.png,这是蓝色吗？,否 | '图.JPG'"
      })
  void aFirstLineThatIsARowIsRefused(String first, String second, String name) {
    assertThatThrownBy(() -> guess("n.csv", first, second))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("n.csv has no header: '%s' in its first line names no column", name);
  }

  @Test
  void tablesBesidePicturesAreNotTheQuestions() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Reading.write(data, "q.csv", "id,question,answer,image", "1,Is it red?,yes,a.png");
    Files.createDirectories(folder.resolve("photos"));
    Reading.write(folder.resolve("photos"), "metadata.jsonl", "{}");

    assertThat(guess(data).questions()).hasSize(1);
  }

  @Test
  void idsThatRepeatAreSaidToBeNone() throws IOException {
    Guess guess =
        guess("i.csv", "id,question,answer", "1,Is it?,yes", "1,Is he?,no", "2,Is she?,no");
    assertThat(guess.yaml()).doesNotContain("id: id");
    assertThat(guess.warnings()).anyMatch(one -> one.startsWith("values of 'id' repeat, so"));
    assertThat(guess.questions()).extracting(BenchmarkQuestion::id).containsExactly("1", "2", "3");
  }

  @Test
  void amountsAreNumbers() throws IOException {
    Guess guess =
        guess(
            "a.csv", "id;question;answer", "1;How much?;12 %", "2;How much?;$5", "3;How much?;7 €");
    assertThat(guess.yaml()).contains("{rule: number}");
    assertThat(guess.score(0, "It is 12 percent")).isOne();
    assertThat(guess.score(1, "5 dollars")).isOne();
  }

  @Test
  void aFolderBesideAFileIsNotPassedOver() throws IOException {
    Path file = Reading.write(folder, "q.csv", "id,question", "1,What?");
    Path parts = Reading.write(folder, "more/q.csv", "id,question", "2,What?").getParent();
    for (List<Path> data : List.of(List.of(file, parts), List.of(parts, file))) {
      assertThatThrownBy(
              () ->
                  new InitialBenchmark(Folders.withoutSpark(Console.SILENT), LocalSpark.unused())
                      .write(
                          data.stream().map(Path::toString).toList(),
                          List.of(),
                          folder.resolve("x.yaml").toString()))
          .isInstanceOf(UsageException.class)
          .hasMessageContainingAll("more is a folder and", "q.csv a file", "name the files");
    }
  }

  @Test
  void answersThatAreOptionsAreTextsThoughTheyAreNumbers() throws IOException {
    Guess counts = guess(WAVE.resolve("counts.csv"));
    assertThat(counts.yaml())
        .contains("answers_are: text", "# Not sure: answers may also be index1");
    assertThat(counts.warnings()).singleElement().asString().contains("also be index1");
    List<String> lines = Files.readAllLines(WAVE.resolve("counts.answers.csv"));
    for (int i = 0; i < counts.questions().size(); i++) {
      assertThat(counts.score(i, lines.get(i + 1).split(",")[1])).as(lines.get(i + 1)).isOne();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cat;dog;cow|B;C;A|letter|BCA|no",
        "cat;dog;cow|dog;cow;Cat|text|BCA|no",
        "cat;dog;cow|1;2;0|index0|BCA|no",
        "cat;dog;cow|2;3;1|index1|BCA|no",
        "cat;dog;cow|2;2;1|index1|BBA|index0",
        "1;2;3|2;3;1|text|BCA|no",
        "10;20;30|20;30;10|text|BCA|no",
        "B;A;C|B;A;C|text|ABC|letter",
        "cat;dog;cow|B;dog;A|[text, letter]|BBA|no",
        "cat;dog;cow|B;C;mouse|letter|BC|1 of 3 answers are none of their row's options as letter"
      })
  void whatRightAnswersAreIsTriedOnTheRows(
      String options, String answers, String kind, String right, String doubt) throws IOException {
    String[] texts = options.split(";");
    String[] rights = answers.split(";");
    List<String> rows = new ArrayList<>(List.of("question,A,B,C,answer"));
    for (String one : rights) {
      rows.add("Which?," + String.join(",", texts) + "," + one);
    }
    Guess guess = guess("kinds.csv", rows.toArray(String[]::new));
    assertThat(guess.yaml()).contains("answers_are: " + kind);
    assertThat(String.join("", guess.right())).isEqualTo(right);
    if (doubt.equals("no")) {
      assertThat(guess.yaml()).doesNotContain("Not sure");
    } else {
      assertThat(guess.yaml()).contains("# Not sure: ").contains(doubt);
    }
    if (doubt.contains("of 3")) {
      assertThat(guess.warnings())
          .anyMatch(said -> said.contains("1 row cannot be read") && said.contains("mouse"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "d.csv|question,choices,answer\\nQ?,\"{'A': 'cat', 'B': 'dog'}\",B\\nQ?,\"{'A': 'x', 'B': 'y'}\",A",
        "d.csv|question,choices,answer\\nQ?,\"{\"\"B\"\": \"\"dog\"\", \"\"A\"\": \"\"cat\"\"}\",B\\nQ?,\"{'a': 'x', 'b': 'y'}\",A",
        "d.jsonl|{\"question\": \"Q?\", \"choices\": {\"A\": \"cat\", \"B\": \"dog\", \"C\": null}, \"answer\": \"B\"}\\n{\"question\": \"Q?\", \"choices\": {\"A\": \"x\", \"B\": \"y\"}, \"answer\": \"A\"}",
        "d.tsv|question\\tchoices\\tanswer\\nQ?\\t['cat' 'dog']\\tB\\nQ?\\tarray(['x', 'y'], dtype=object)\\tA"
      })
  void optionsOfDictsAndOfNumpyAreReadInOrder(String name, String content) throws IOException {
    Guess guess = guess(name, content.replace("\\n", "\n").replace("\\t", "\t").split("\n"));
    assertThat(guess.warnings()).noneMatch(said -> said.contains("cannot be read"));
    assertThat(guess.questions())
        .extracting(BenchmarkQuestion::options)
        .containsExactly(List.of("cat", "dog"), List.of("x", "y"));
    assertThat(guess.right()).containsExactly("B", "A");
  }

  @Test
  void dictsUnderOtherKeysKeepTheirOrderAndUnreadableOnesAreRefused() throws IOException {
    Guess guess =
        guess(
            "d.csv",
            "question,options,answer",
            "Q?,\"{'first': 'cat', 'second': 'it\\'s'}\",cat",
            "Q?,\"{'first': \"\"it's\"\", 2: 3}\",3",
            "Q?,\"{'first': 'cat', 'second'}\",cat");
    assertThat(guess.questions())
        .extracting(BenchmarkQuestion::options)
        .containsExactly(List.of("cat", "it's"), List.of("it's", "3"));
    assertThat(guess.warnings())
        .anyMatch(said -> said.contains("'options' is an unreadable dict: expected a colon at"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'2': 'dog', '1': 'cat', '3': 'owl'}|1|dog;cat;owl|B|letter",
        "{0: 'cat', 1: 'dog'}|0|cat;dog|A|letter",
        "{'1': 'cat', '3': 'owl'}|3.0|cat;owl|B|letter",
        "{'-1': 'cat', '1': None, '3': nan}|-1|cat|A|letter",
        "{'1': '3', '2': '1', '3': '2'}|3|3;1;2|C|letter",
        "['cat', nan, 'owl']|C|cat;;owl|C|letter",
        "['cat', 'dog']|B. dog|cat;dog|B|text",
        "A. cat\\nB. dog\\nand (B) cow\\nC. owl|C|cat;dog\\nand (B) cow;owl|C|letter",
        "[A, 'b']|A|none||",
      })
  void optionsAreCalledByTheirOwnKeysLettersAndTexts(
      String options, String answer, String texts, String right, String kind) throws IOException {
    String row =
        "\"Q?\",\"%s\",%s".formatted(options.replace("\\n", "\n").replace("\"", "\"\""), answer);
    if (right == null) {
      assertThatThrownBy(() -> guess("k.csv", "question,options,answer", row))
          .hasMessageContaining("'options' is an unreadable list");
      return;
    }
    Guess guess = guess("k.csv", "question,options,answer", row, row);
    assertThat(guess.yaml()).contains("answers_are: " + kind + "}");
    assertThat(guess.questions().get(1).options())
        .containsExactly(texts.replace("\\n", "\n").split(";"));
    assertThat(guess.right()).containsExactly(right, right);
  }

  @ParameterizedTest
  @CsvSource({
    "letter, '{''0'': ''cat'', ''1'': ''dog''}', 1, B",
    "index0, '{''0'': ''cat'', ''1'': ''dog''}', 1, B",
    "index1, '{''1'': ''cat'', ''2'': ''dog''}', 1, A",
    "text, '{''1'': ''cat'', ''2'': ''dog''}', 1, A",
    "text, '{''1'': ''2'', ''2'': ''1''}', 2, A",
    "letter, '{''1'': ''2'', ''2'': ''1''}', 2, B",
    "index1, '{''2'': ''dog'', ''1'': ''cat''}', 1, no",
    "letter, '[''cat'', ''dog'']', B. dog, B",
    "letter, '{''a'': ''cat'', ''A'': ''dog''}', A, twice",
  })
  void anOptionsKeyMeansWhatTheFileSaysOfAnswers(
      String kind, String options, String answer, String right) throws IOException {
    Path data = Reading.write(folder, "k.csv", "q,o,a", "Q?,\"" + options + "\"," + answer);
    String yaml =
        "name: k\ndata: k.csv\ncolumns: {question: q, options: o, answers: a}\n"
            + "score: {d: {rule: letter, parser: letters, answers_are: %s}}\n".formatted(kind);
    FileBenchmark benchmark =
        new FileBenchmark(BenchmarkFile.parse(yaml, "k.yaml"), Optional.empty());
    List<BenchmarkQuestion> questions = new ArrayList<>();
    if (right.length() == 1) {
      benchmark.read(Reading.source(data), benchmark.prompts(Optional.empty()), questions::add);
      assertThat(benchmark.rightLetters(questions.get(0).reference())).containsExactly(right);
    } else {
      assertThatThrownBy(
              () ->
                  benchmark.read(
                      Reading.source(data), benchmark.prompts(Optional.empty()), questions::add))
          .hasMessageContaining(
              right.equals("no")
                  ? "'B' as index1, of [dog, cat], which score.d of k.yaml cannot score; right"
                      + " answers call these options by their own keys"
                  : "k.csv:2: 'o' has the letter A twice");
    }
  }

  @Test
  void textsInBracketsAreTexts() throws IOException {
    Guess guess =
        guess("b.csv", "question,answer,category", "What?,[EXIT],[A]", "What?,stop,plain");
    assertThat(guess.warnings()).noneMatch(said -> said.contains("cannot be read"));
    assertThat(guess.yaml()).contains("rule: exact");
    assertThat(guess.questions()).extracting(BenchmarkQuestion::category).contains("[A]");
    assertThat(guess.score(0, "[EXIT]")).isOne();
  }

  @Test
  void lettersOfMostOptionsAreLeftOutWhereOneRowHasNone() throws IOException {
    Guess guess =
        guess(
            "m.csv",
            "question,options,answer",
            "Q?,\"['A. cat', 'B. dog']\",B",
            "Q?,\"['red', 'blue']\",A");
    assertThat(guess.yaml()).contains("options_have_letters: true");
    assertThat(guess.questions().get(0).prompt()).startsWith("Q?\nA. cat\nB. dog\n");
    assertThat(guess.questions().get(1).prompt()).startsWith("Q?\nA. red\nB. blue\n");
    assertThat(guess.right()).containsExactly("B", "A");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "['A. cat', 'B. dog']|B",
        "['(A) cat', '(B) dog']|dog",
        "['a) cat', 'b) dog']|b) dog",
        "['A: cat', 'B: dog']|B: dog"
      })
  void lettersThatOptionsBeginWithAreLeftOut(String options, String answer) throws IOException {
    Guess guess = guess("l.csv", "question,options,answer", "Q?,\"" + options + "\"," + answer);
    assertThat(guess.yaml()).contains("options_have_letters: true");
    assertThat(guess.questions().get(0).prompt()).startsWith("Q?\nA. cat\nB. dog\n");
    assertThat(guess.right()).containsExactly("B");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "question,A,B,answer | ,, | yes  | no    | yes-no",
        "question,A,B,answer | ,, | 12   | 3     | number",
        "question,A,B,answer | ,, | Nein | Ja    | exact",
        "question,options,answer | , | tall | small | exact",
      })
  void rowsWithoutOptionsAmongOthersAreScoredAsSuchRowsAre(
      String header, String none, String right, String other, String rule) throws IOException {
    String options = header.contains("options") ? "\"['red', 'blue']\"" : "red,blue";
    Guess guess =
        guess(
            "mixed.csv",
            header,
            "Which colour?," + options + ",B",
            "What?" + none + "," + right,
            "What then?" + none + "," + other);
    assertThat(guess.yaml()).contains("answers_are: letter, open: {rule: " + rule);
    assertThat(guess.questions().get(0).prompt()).contains("A. red\nB. blue", "option's letter");
    assertThat(guess.questions().get(1).prompt())
        .isEqualTo("What?\nAnswer the question using a single word or phrase.");
    assertThat(guess.score(0, "B")).isEqualTo(1);
    assertThat(guess.score(0, "A")).isZero();
    assertThat(guess.score(1, right)).isEqualTo(1);
    assertThat(guess.score(1, other)).isZero();
  }

  @Test
  void otherBeginningsOfOptionsStay() throws IOException {
    Guess guess =
        guess("l.csv", "question,options,answer", "Q?,\"['E. coli', 'C. elegans']\",C. elegans");
    assertThat(guess.yaml()).doesNotContain("options_have_letters").contains("answers_are: text");
    String said = guess.yaml().replace("columns:", "options_have_letters: true\ncolumns:");
    FileBenchmark benchmark =
        new FileBenchmark(BenchmarkFile.parse(said, "l.yaml"), Optional.empty());
    List<BenchmarkQuestion> questions = new ArrayList<>();
    benchmark.read(
        Reading.source(folder.resolve("l.csv")),
        benchmark.prompts(Optional.empty()),
        questions::add);
    assertThat(questions.get(0).options()).containsExactly("E. coli", "C. elegans");
  }

  @Test
  void booleansAreYesAndNo() throws IOException {
    Guess lines = guess(WAVE.resolve("bool.jsonl"));
    assertThat(lines.yaml()).contains("rule: yes-no");
    assertThat(lines.score(0, "No")).isOne();
    assertThat(lines.score(1, "Yes")).isOne();
    Guess csv = guess("b.csv", "question,answer", "Is it?,TRUE", "Is it?,FALSE", "Is it?,true");
    assertThat(csv.score(0, "Yes, it is.")).isOne();
    assertThat(csv.score(1, "No")).isOne();
    assertThat(csv.score(2, "yes")).isOne();
    Guess asked = guess("t.csv", "question,answer", "It is red. True or false?,True");
    assertThat(asked.yaml()).contains("rule: exact");
    assertThat(asked.score(0, "True")).isOne();
  }

  @ParameterizedTest
  @CsvSource({"Y, N", "n, y", "T, F", "t, f"})
  void initialsOfBooleansAreYesAndNo(String one, String other) throws IOException {
    Guess guess = guess("i.csv", "question,answer", "Is it?," + one, "Is it?," + other);
    boolean first = one.equalsIgnoreCase("y") || one.equalsIgnoreCase("t");
    assertThat(guess.score(0, first ? "Yes." : "No.")).isOne();
    assertThat(guess.score(1, first ? "No, it is not" : "yes")).isOne();
    assertThat(guess.score(0, first ? "No." : "Yes.")).isZero();
  }

  @Test
  void initialsOfOtherThingsStay() throws IOException {
    Guess guess = guess("w.csv", "question,answer", "Where?,N", "Where?,E");
    assertThat(guess.yaml()).contains("rule: exact").doesNotContain("answer_names");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"1,000|1000", "-1,234.5|\u22121234.5", "3|3.0"})
  void numbersMayHaveCommasBetweenThousands(String right, String answer) throws IOException {
    Guess guess = guess("k.tsv", "question\tanswer", "How many?\t" + right, "How many?\t2");
    assertThat(guess.yaml()).contains("rule: number");
    assertThat(guess.score(0, answer)).isOne();
  }

  @Test
  void aTableOfAHeaderSaysSo() {
    assertThatThrownBy(() -> guess("h.csv", "id,question,answer"))
        .hasMessage("h.csv has no rows below its header: id, question, answer");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '%',
      value = {"cat; dog%cat", "cat|dog%dog", "A. cat B. dog%B"})
  void optionsInOneTextAreRefusedWithTheirDoubt(String options, String answer) {
    String row = "Q?\t" + options + "\t" + answer;
    assertThatThrownBy(() -> guess("o.tsv", "question\toptions\tanswer", row, row))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("'answer' is no option")
        .hasMessageEndingWith(
            "2 of 2 rows have a single option in 'options': options are a list, or a dict");
  }

  @Test
  void aColumnOfSingleTextsAsOptionsIsADoubt() throws IOException {
    Guess guess = guess("s.csv", "question,options,answer", "Q?,cat;dog,A", "Q?,x;y,A");
    assertThat(guess.warnings())
        .anyMatch(said -> said.startsWith("2 of 2 rows have a single option in 'options'"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Nr;Bild;Frage;Antwort;Kategorie|1;a.png;Farbe?;rot;x|Nr|Bild|Frage|Antwort|Kategorie",
        "id;image;question;r\u00e9ponse;sujet|1;a.png;Couleur?;rouge;x|id|image|question|r\u00e9ponse|sujet",
        "id;Imagen;Pregunta;Respuesta correcta;Categor\u00eda|1;a.png;Qu\u00e9?;rojo;x|id|Imagen|Pregunta|Respuesta correcta|Categor\u00eda",
        "\u7f16\u53f7;\u56fe\u7247;\u95ee\u9898;\u7b54\u6848;\u7c7b\u522b|1;a.png;\u4ec0\u4e48\uff1f;\u7ea2;x|\u7f16\u53f7|\u56fe\u7247|\u95ee\u9898|\u7b54\u6848|\u7c7b\u522b"
      })
  void headingsOfOtherLanguagesAreKnown(
      String header,
      String row,
      String id,
      String image,
      String question,
      String answer,
      String category)
      throws IOException {
    Guess guess = guess("h.csv", header, row);
    assertThat(guess.warnings()).isEmpty();
    assertThat(guess.yaml().replaceAll("[\"\\[\\]]", ""))
        .contains(
            "id: " + id,
            "image: " + image,
            "question: " + question,
            "answers: " + answer,
            "category: " + category);
    assertThat(guess.questions().get(0).image()).isPresent();
  }

  @Test
  void contentsDecideBeforeHeadings() throws IOException {
    Guess guess =
        guess(
            "c.csv",
            "image,Datei,text,Frage,Option 1,Option 2,key",
            "7,a.HEIC,4,Was ist das?,Hund,Katze,B",
            "8,b.jpg,5,Was ist das?,Hund,Katze,A",
            "9,ohne,6,Was ist das?,Hund,Katze,A",
            "9,c.tiff,7,Was ist das?,Hund,Katze,A");
    assertThat(guess.yaml())
        .contains("image: Datei", "question: Frage", "options: [\"Option 1\", \"Option 2\"]")
        .contains("answers: key", "answers_are: letter");
    assertThat(guess.right()).containsExactly("B", "A", "A", "A");
  }

  @Test
  void severalColumnsOfPicturesAreADoubt() throws IOException {
    Guess guess = guess("p.csv", "question,left,right,answer", "Same?,a.png,b.png,no");
    assertThat(guess.yaml())
        .contains("# Not sure: several columns have names of pictures: left, right.");
    assertThatThrownBy(() -> guess("n.csv", "question,answer")).hasMessageContaining("n.csv");
  }

  @Test
  void tablesInWindows1252SayTheirEncoding() throws IOException {
    StringBuilder rows = new StringBuilder("Nr;Bild;Frage;Größe\n");
    for (int i = 0; i < 10; i++) {
      rows.append(i).append(i == 7 ? ";tür.png;Wie groß – in €?;5\n" : ";a.png;Wie hoch?;5\n");
    }
    Path file = folder.resolve("w.csv");
    Files.write(file, rows.toString().getBytes(WESTERN));
    Guess guess = guess(file);
    assertThat(guess.yaml()).contains("encoding: windows-1252  # the data are not UTF-8");
    assertThat(guess.questions()).hasSize(10);
    assertThat(guess.questions().get(7).question()).isEqualTo("Wie groß – in €?");
    assertThat(guess.questions().get(7).image().orElseThrow().id()).isEqualTo("tür.png");

    String tab = rows.toString().replace(';', '\t');
    Files.write(folder.resolve("w.tsv"), tab.getBytes(WESTERN));
    assertThat(guess(folder.resolve("w.tsv")).questions().get(7).question()).contains("–");
  }

  @Test
  void damagedRowsOfUtf8AreSaidAndOtherEncodingsAreRefused() throws IOException {
    Path file = folder.resolve("u.csv");
    byte[] text =
        "id,question,answer\n1,Größe?,x\n2,Q\u0001?,x\n3,Q?,x\n".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < text.length; i++) {
      text[i] = text[i] == 1 ? (byte) 0xE4 : text[i];
    }
    Files.write(file, text);
    Guess damaged = guess(file);
    assertThat(damaged.yaml()).doesNotContain("encoding:");
    assertThat(damaged.questions()).hasSize(2);
    assertThat(damaged.warnings())
        .anyMatch(
            said ->
                said.contains("1 row cannot be read")
                    && said.contains(
                        "u.csv:3: 'question' is not UTF-8; save the file as UTF-8 (in"
                            + " Excel: CSV UTF-8), or name its encoding: windows-1252"));
    Files.write(file, "id,question\n1,Q?\n".getBytes(StandardCharsets.UTF_16));
    assertThatThrownBy(() -> guess(file)).hasMessageContaining("u.csv is UTF-16; save it as UTF-8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sep=;\\nid;question;answer\\n1;Q, really?;x",
        "sep=,\\r\\nid,question,answer\\r\\n1,\"Q, really?\",x",
        "sep=\\t\\nid\\tquestion\\tanswer\\n1\\tQ, really?\\tx",
        "id\\tquestion\\tanswer\\n1\\tQ, really?\\tx",
        "\ufeffsep=;\\nid;question;answer\\n1;Q, really?;x"
      })
  void whatSeparatesCellsOfACsvIsFound(String content) throws IOException {
    Guess guess =
        guess("s.csv", content.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t"));
    assertThat(guess.warnings()).singleElement().asString().contains("no column is called as pict");
    assertThat(guess.questions())
        .extracting(BenchmarkQuestion::question)
        .containsExactly("Q, really?");
  }

  @Test
  void aLineThatNamesTheSeparatorIsNoHeader() throws IOException {
    assertThat(read(WAVE.resolve("sepline.yaml"), WAVE.resolve("sep.csv")).get(0).question())
        .isEqualTo("What?");
  }

  private List<BenchmarkQuestion> read(Path yaml, Path... data) throws IOException {
    FileBenchmark benchmark =
        new FileBenchmark(BenchmarkFile.parse(Files.readString(yaml), "x.yaml"), Optional.empty());
    List<BenchmarkQuestion> questions = new ArrayList<>();
    benchmark.read(Reading.source(data), benchmark.prompts(Optional.empty()), questions::add);
    return questions;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"info\": {\"version\": \"1\"}, \"questions\": [%s]}",
        "{\"schema\": {\"fields\": [{\"name\": \"id\"}]}, \"data\": [%s]}",
        "{\"licenses\": [], \"n\": 1, \"rows\": [%s], \"tags\": [\"a\"]}",
        "{\"0\": %s}",
        "{\"images\": [{\"a\": 1}], \"n\": 1, \"data\": [%s]}",
        "[%s]",
        "%s" // an object a line
      })
  void rowsOfJsonAreFoundWhereverTheyAre(String form) throws IOException {
    boolean first = form.startsWith("{\"images");
    String row =
        "{\"id\": 1, \"photo\": \"a.png\", \"question\": \"Q?\", \"answer\": \"x\", \"hint\": NaN}";
    Path data = Reading.write(folder, "j.json", form.replace("%s", row));
    if (first) { // as it always was: a file that begins with an array of rows has them there
      assertThatThrownBy(() -> read(WAVE.resolve("info.yaml"), data))
          .hasMessageContaining("j.json has no column 'id'; its columns: a");
      return;
    }
    assertThat(read(WAVE.resolve("info.yaml"), data))
        .as(form)
        .extracting(BenchmarkQuestion::question)
        .containsExactly("Q?");
  }

  @Test
  void rowsOfVqasFormAreRead() throws IOException {
    assertThat(read(WAVE.resolve("info.yaml"), WAVE.resolve("info.json")))
        .extracting(BenchmarkQuestion::id)
        .containsExactly("1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"id\": {\"0\": 1, \"1\": 2}, \"question\": {\"0\": \"Q?\", \"1\": \"Q?\"}}|in its fields id, question; these hold columns, as pandas' to_json() writes them",
        "{\"columns\": [\"id\"], \"index\": [0], \"data\": [[1]]}|in its fields columns, index, data; none holds an array of objects",
        "{\"n\": 1, \"a\": [{\"id\": 1}], \"b\": [{\"id\": 1}]}|a and b each hold an array of objects",
        "{\"id\": 1, \"question\": \"Q?\"}\\n{\"id\": 2, \"question\": \"Q?\"}|in its fields id, question; none holds an array of objects. Rows are an array of objects, alone or in one field, or in a .jsonl file",
        "{\"n\": [1]}|in its fields n; none holds an array of objects"
      })
  void jsonWithoutRowsSaysWhereTheyWereLookedFor(String content, String said) throws IOException {
    Path data = Reading.write(folder, "j.json", content);
    assertThatThrownBy(() -> read(WAVE.resolve("info.yaml"), data))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "j.json: no rows found: looked " + (said.startsWith("in") ? said : ""))
        .hasMessageContaining(said)
        .hasMessageEndingWith("with pandas, to_json(orient=\"records\")");
  }

  @Test
  void missingValuesThatPythonWritesAsNanAreAbsent() throws IOException {
    Path yaml =
        Reading.write(
            folder,
            "n.yaml",
            "name: n",
            "data: n",
            "columns: {question: q, answers: a}",
            "prompts: ['{hint}', '{q}']");
    Path data = Reading.write(folder, "n.jsonl", "{\"q\": \"Q?\", \"a\": NaN, \"hint\": NaN}");
    BenchmarkQuestion question = read(yaml, data).get(0);
    assertThat(question.prompt()).isEqualTo("Q?");
    assertThat(question.answers()).isEmpty();
  }

  @Test
  void whereATextIsWantedAScalarIsItsText() throws IOException {
    Path yaml =
        Reading.write(
            folder,
            "y.yaml",
            "name: 2020-05-12",
            "data: y.csv",
            "image_optional: yes",
            "columns: {id: no, image: on, question: y, answers: off,"
                + " category: [1_000, 0o17, 1.10, 2020-05-12]}",
            "answer_names: {yes: true, '2': 1e3}",
            "score: {a: {rule: exact, ignore_case: yes}}");
    Path data =
        Reading.write(
            folder, "y.csv", "no,on,y,off,1_000,0o17,1.10,2020-05-12", "7,,Q?,yes,a,b,c,d");
    BenchmarkQuestion question = read(yaml, data).get(0);
    assertThat(question.id()).isEqualTo("7");
    assertThat(question.question()).isEqualTo("Q?");
    assertThat(question.answers()).containsExactly("true");
    assertThat(question.category()).isEqualTo("1_000=a");
    assertThat(question.extra().get(BenchmarkQuestion.GROUPS))
        .isEqualTo("0o17=b\n1.10=c\n2020-05-12=d");
  }

  @Test
  void predictionsOfVlmEvalKitAreAnswers() throws IOException {
    FileBenchmark benchmark =
        new FileBenchmark(
            BenchmarkFile.parse(Files.readString(WAVE.resolve("info.yaml")), "x.yaml"),
            Optional.empty());
    Path xlsx = folder.resolve("p.xlsx");
    try (XlsxWriter sheet = new XlsxWriter(Files.newOutputStream(xlsx))) {
      sheet.row(cells("index", "prediction", "answer"));
      sheet.row(cells("1", "red", "A"));
      sheet.row(cells("t2", "blue", "B"));
    }
    for (Path file :
        List.of(
            Reading.write(folder, "p.csv", "index,question,prediction", "1,Q?,red", "t2,Q?,blue"),
            Reading.write(folder, "p.tsv", "index\tprediction", "1\tred", "t2\tblue"),
            xlsx)) {
      assertThat(Reading.answers(benchmark, file))
          .as(file.toString())
          .extracting(answer -> answer.key() + " " + answer.text() + " " + answer.truth())
          .containsExactly("1 red Optional.empty", "t2 blue Optional.empty");
    }
  }

  private static List<Optional<String>> cells(String... texts) {
    return Stream.of(texts).map(Optional::of).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3;12 cm;7;none;4 | 4 of 5 right answers are numbers, which the rule exact compares as texts: the rule number compares their values and leaves out rows with others, as 'none'",
        "3,5;$12;7 kg;4 | 4 of 4 right answers are numbers, which the rule exact compares as texts: the rule number compares their values and leaves out rows with others, as '3,5'",
        "3 cm;5 cm | 2 of 2 right answers are numbers, which the rule exact compares as texts: the rule number compares their values",
        "3;none;a cat | ",
        "Route 66;Boeing 747 | ",
        "3;4 | ",
      })
  void mostlyNumbersAreHintedAt(String answers, String doubt) throws IOException {
    List<String> rows = new ArrayList<>(List.of("question,answer"));
    for (String one : answers.split(";")) {
      rows.add("How many?,\"" + one + "\"");
    }
    Guess guess = guess("numbers.csv", rows.toArray(String[]::new));

    if (doubt == null) {
      assertThat(guess.yaml()).doesNotContain("Not sure");
    } else {
      assertThat(guess.yaml()).contains("{rule: exact}", "# Not sure: " + doubt + ".\n");
      assertThat(guess.warnings()).contains(doubt);
    }
  }

  /** Rows of which one field is only in those from a number on. */
  private static List<String> rows(int rows, int from, String field) {
    return IntStream.range(0, rows)
        .mapToObj(
            row ->
                "{\"id\": %d, \"question\": \"What is it?\"%s}"
                    .formatted(row, row < from ? "" : ", " + field))
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "late.jsonl|100|\"answer\": \"a cat\"|answers: answer",
        "late.jsonl|1500|\"answer\": \"a cat\"|answers: answer",
        "late.jsonl|9999|\"image\": \"a.png\"|image: image",
        "late.json|2000|\"category\": \"cats\"|category: category",
        "late.jsonl|150|\"options\": [\"a\", \"b\"], \"answer\": \"B\"|options: options"
      })
  void aColumnOfJsonThatAppearsLateIsSeen(String name, int from, String field, String guessed)
      throws IOException {
    String all = String.join(name.endsWith("l") ? "\n" : ",\n", rows(10_000, from, field));
    Guess guess = guess(name, name.endsWith("l") ? all : "[" + all + "]");

    assertThat(guess.yaml()).contains("  " + guessed);
    assertThat(guess.warnings()).noneMatch(warning -> warning.contains("first 10,000 rows"));
  }

  @Test
  void ofMoreRowsItIsSaidHowManyWereLookedAt() throws IOException {
    List<String> rows = rows(10_001, 10_000, "\"answer\": \"a cat\"");
    Guess guess = guess("long.jsonl", rows.toArray(String[]::new));

    assertThat(guess.yaml()).doesNotContain("answers: answer");
    assertThat(guess.warnings())
        .contains(
            "the guess is from the keys of the first 10,000 rows of long.jsonl, which has 10,001");
  }

  @Test
  void ofAFolderEachFileIsLookedAt() throws IOException {
    Path parts = Files.createDirectories(folder.resolve("parts"));
    for (int part = 0; part < 2; part++) {
      Reading.write(
          parts,
          "rows-%d.json".formatted(part),
          rows(200, part == 0 ? 200 : 120, "\"answer\": \"a cat\"").toArray(String[]::new));
    }
    assertThat(guess(parts).yaml()).contains("answers: answer");
  }

  @Test
  void aColumnThatIsEmptyAtFirstIsJudgedByItsLaterValues() throws IOException {
    List<String> rows = new ArrayList<>(List.of("question,answer,photo"));
    for (int row = 0; row < 3000; row++) {
      rows.add("What is it?," + (row < 1800 ? "," : "yes,a.png"));
    }
    Guess guess = guess("sparse.csv", rows.toArray(String[]::new));

    assertThat(guess.yaml()).contains("image: photo", "answers: answer", "default: {rule: yes-no");
  }

  /** Its files hold deleted rows and former versions, whose ids repeat. */
  @Test
  void aTableFormatIsRefusedAndNotNumbered() throws IOException {
    Path table = folder.resolve("paimon");
    Files.createFile(Files.createDirectories(table.resolve("schema")).resolve("schema-0"));
    Files.createDirectories(table.resolve("bucket-0"));
    Reading.write(table.resolve("bucket-0"), "data-1.csv", "id,question", "1,Q?", "1,Q?");

    assertThatThrownBy(() -> guess(table))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a Paimon table");
    assertThat(folder.resolve("paimon.yaml")).doesNotExist();
  }
}
