package io.prumerge.benchmark.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.ProcessorTime;
import io.prumerge.benchmark.Letters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The project's own reader of letters, whose forms are those that users' models answer in. */
class AnyFormLettersTest {

  private static final List<String> FOUR = List.of("one", "two", "three", "four");
  private static final List<String> FRUIT =
      List.of("red apple", "green pear", "banana", "none of the above");

  /** Read otherwise than by others that agree: an article, and two options in one sentence. */
  private static final Set<String> MISREAD_BY_OTHERS =
      Set.of(
          "A banana",
          "A cat is sitting on the mat",
          "The picture shows a red apple and a green pear here");

  private static String read(String answer, List<String> options) {
    return AnyFormLetters.read(answer, options).orElse("");
  }

  /** All mean the third of four options. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "C",
        "C. three",
        "(C)",
        "C) three",
        "Answer: C",
        "The answer is C.",
        "three",
        "**C**",
        "C: three",
        "The correct option is (C) three.",
        "c",
        "c.",
        "(c)",
        "c) three",
        "answer: c",
        "The answer is c because it is green",
        "ANSWER: C",
        "answer is: C",
        "**Answer:** C",
        "**Answer**: C",
        "## Answer\n\nC",
        "### Final Answer: **C**",
        "Final answer: $\\boxed{C}$",
        "\\boxed{\\text{C}}",
        "$\\boxed{\\textbf{(C)}}$",
        "$C$",
        "\\(C\\)",
        "<answer>C</answer>",
        "<think>A or B, maybe D</think>\n\nC",
        "\uff23",
        "\uff08\uff23\uff09",
        "\uff23\uff0ethree",
        "\u7b54\u6848\uff1a\uff23",
        "\u7b54\u6848\u662fC\u3002",
        "\u9009C",
        "\u4e0d\u662fA\uff0c\u7b54\u6848\u662fC",
        "A\u4e0d\u5bf9\u3002\u9009C",
        "A\u662f\u9519\u7684\u6240\u4ee5\u7b54\u6848\u662fC",
        "\u9009C\u4e0d\u9009B",
        "\uc815\ub2f5\uc740 C\uc785\ub2c8\ub2e4",
        "\u7b54\u3048\u306fC\u3067\u3059",
        "\u24b8",
        "Let me see. A shows one. B shows two. So the answer is C.",
        "The answer might be A at first. But the answer is C.",
        "Option A is wrong. Option B is wrong. Therefore, option C is correct.",
        "A and B are too small, so C is the correct answer.",
        "The answer is C, not B",
        "The answer is C. B is wrong.",
        "The answer is C, and B is wrong",
        "A. one\nB. two\nC. three\nD. four\nAnswer: C",
        "A. one B. two C. three D. four\n\nC",
        "C. three. A is wrong because it is one.",
        "C\nbecause it is three",
        "Step 1\nStep 2\nC",
        "Answer: three",
        "answer=three",
        "The answer is three (C).",
        "The answer is the three.",
        "Answer: C. three",
        "Answer - C",
        "Answer (C)",
        "My choice is C",
        "I choose C",
        "Option C",
        "option c",
        "Choice: C",
        "\"C\"",
        "'C'",
        "\u201cC\u201d",
        "[C]",
        "{C}",
        "<C>",
        "\u3010C\u3011",
        "C,",
        "C!",
        "-> C",
        " C\n",
        "C C C",
        "THREE",
        "the three",
        "\"three\".",
        "I think it is three",
        "It must be three because there are three of them.",
        "Sure, here you go: C",
        "I'm not sure, but I think it is C.",
        "It is C, isn't it?",
        "The answer to the question is most likely C",
        "\u202e(C)\u202c",
        "_C_",
        "`C`",
        "A ist falsch. Richtig ist C",
        "La r\u00e9ponse n'est pas A mais C",
        "La respuesta no es A sino C",
        "I rule out A and B and I choose C",
        "Eliminating the others leaves C",
        "Ruling out A, the answer is C",
        "There is no doubt it is C",
        "Without a doubt C",
        "There are at least three",
        "nothing but C",
        "A is wrong: C is correct",
        "C, no doubt about it",
        "C. No people are visible.",
        "three-legged"
      })
  void usualFormsAreRead(String answer) {
    assertThat(read(answer, FOUR)).isEqualTo("C");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "\n",
        "...",
        "<think>Perhaps it is B because",
        "\n<think>\nThe answer is B.",
        "<think>B</think>",
        "A cat</think>\n\n",
        "<think>A</think> <think>The answer is B.",
        "A cat sits",
        "A cat sits on the mat.",
        "I think",
        "I think so.",
        "not C",
        "It is not C",
        "C is wrong",
        "C is not right",
        "\u7b54\u6848\u4e0d\u662fC",
        "\u4e0d\u9009C",
        "C\u4e0d\u5bf9",
        "C\u662f\u9519\u7684\u3002",
        "\u65e0\u6cd5\u786e\u5b9a\u662f\u5426\u4e3aC",
        "N/A",
        "n/a.",
        "Answer: N/A",
        "The answer isn't C",
        "The correct answer is not C.",
        "Neither A nor B",
        "A or B",
        "A, B",
        "A/B",
        "Both A and B",
        "The answer is A or B.",
        "Answer: A, B",
        "Answer: C or maybe D",
        "one or two",
        "C. three, or D. four",
        "A. one\nB. two",
        "A. one B. two C. three D. four",
        "(A) one (B) two (C) three (D) four",
        "A\nB\nC\nD",
        "one, two, three, four",
        "ABCD",
        "Select the correct option: A. one B. two C. three D. four",
        "Option A shows x. Option B shows y. Option C shows z.",
        "There are three cats and four dogs.",
        "I cannot answer that.",
        "I don't know",
        "Sorry, I can't help with images of people yet.",
        "I'm unable to see whether it is three",
        "None of the above",
        "All of the above",
        "E",
        "Answer: E",
        "The answer is E.",
        "because",
        "U.S. is big",
        "C-section",
        "I don't know whether it is C",
        "the answer is a mystery",
        "Answer: A cat",
        "Answer:",
        "The answer is",
        "\\boxed{}",
        "1. x",
        "e.g. a dog",
        "Die Antwort ist nicht C",
        "C ist nicht richtig",
        "weder A noch C",
        "ce n'est pas C",
        "C n\u2019est pas correct",
        "ni A ni C",
        "no es C",
        "C no es correcta",
        "C is the wrong answer",
        "C would be wrong",
        "C is ruled out",
        "C can be excluded",
        "Rule out C",
        "Exclude C",
        "Eliminate C",
        "Wrong: C",
        "Incorrect: C",
        "Wrong answers: (C)",
        "all but C",
        "anything but C",
        "The worst answer is C",
        "C is the worst choice",
        "The least likely is C",
        "I doubt it is C",
        "C - no",
        "C? No.",
        "C, no wait, D",
        "three? No.",
        "There are no three",
        "thirty-three",
        "There are thirty three of them",
        "one hundred and three",
        "three hundred"
      })
  void whatNamesNoOneOptionStaysUndecided(String answer) {
    assertThat(read(answer, FOUR)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cat|It is a cat and dog|dog;cat;cat and dog|C",
        "longer|dark red|red;dark red;blue|B",
        "both|a cat, then a cat and dog|dog;cat;cat and dog|",
        "numbers|3|4;3;2;1|B",
        "numbers|The answer is 3.|4;3;2;1|B",
        "numbers|The answer is 3.5|4;3;2;1|",
        "numbers|Answer: 2 cars|4;3;2;1|C",
        "numbers|There are 3 cats and 2 dogs|4;3;2;1|",
        "signs|-3|3;-3|B",
        "signs|\u22123|3;-3|B",
        "signs|it is -3|3;4|",
        "letters|B|B;A;C|B",
        "letters|The answer is A|B;A;C|A",
        "yes|No, it is not.|Yes;No|B",
        "yes|B - No|Yes;No|B",
        "yes|B, no.|Yes;No|B",
        "words|thirty-three|three;thirty;thirty-three|C",
        "words|There are thirty-three cats|three;thirty;thirty-three|C",
        "words|a ten-year-old boy|ten;six|A",
        "signs|3 million|3;4|",
        "yes|Yes|No;Yes|B",
        "above|None of the above|one;two;None of the above|C",
        "species|C. elegans|C. elegans;E. coli;yeast|A",
        "species|Answer: E. coli|C. elegans;E. coli;yeast|B",
        "sets|A and B|x;y;A and B|C",
        "sets|Answer: A and B|x;y;A and B|C",
        "article|A man is running|a woman;a man is running|B",
        "article|Answer: A red apple|red apple;pear|A",
        "article|A because it is red|blue;red|",
        "right|(A) is wrong, (B) is right|one;two|B",
        "right|I don't think that B is right|one;two|",
        "equal|three|one;three;three|B",
        "equal|C. three|one;three;three|C",
        "equal|It is C, three|one;three;three|C",
        "gap|B|one;;three|",
        "gap|C|one;;three|C",
        "gap||one;;three|",
        "kind|The answer is likely B|likely;unlikely|B",
        "kind|The answer is likely|likely;unlikely|A",
        "pronoun|I think it is a pear|a;b;c;d;e;f;g;h;i;pear|J",
        "pronoun|I|a;b;c;d;e;f;g;h;x;pear|I",
        "pronoun|I'm sure.|q;r;c;d;e;f;g;h;x;pear|",
        "pronoun|The answer is I.|q;r;c;d;e;f;g;h;x;pear|I",
        "pronoun|The answer is, I think, B|q;r;c;d;e;f;g;h;x;pear|B",
        "chinese|\u6211\u8ba4\u4e3a\u662f\u732b|\u72d7;\u732b|B"
      })
  void optionsTextsAreToldApart(String kind, String answer, String options, String letter) {
    assertThat(read(answer == null ? "" : answer, List.of(options.split(";"))))
        .as(kind)
        .isEqualTo(letter == null ? "" : letter);
  }

  /** What some read and nobody reads otherwise, but for an article and what names two options. */
  @Test
  void whatOthersAgreeOnIsRead() throws IOException {
    List<String> columns = List.of("mmmu_official", "lmms_mmmu", "lmms_mcq_extract", "vlmevalkit");
    int read = 0;
    for (JsonNode one : RuleVectors.read("mcq_vectors").get("cases")) {
      String answer = one.get("answer").textValue();
      Set<String> letters = new TreeSet<>();
      columns.stream()
          .map(column -> one.get(column).textValue())
          .filter(letter -> letter != null && !letter.equals("Z"))
          .forEach(letters::add);
      Stream.of(LetterParser.AI2D, LetterParser.MMSTAR)
          .forEach(parser -> parser.read(answer, FRUIT).ifPresent(letters::add));
      if (letters.size() == 1 && !MISREAD_BY_OTHERS.contains(answer)) {
        assertThat(letters).as(answer).containsExactly(read(answer, FRUIT));
        read++;
      }
    }
    assertThat(read).isEqualTo(21);
    assertThat(read("A banana", FRUIT)).as("with an article").isEqualTo("C");
  }

  @Test
  void lettersOfAi2dAreRead() throws IOException {
    for (JsonNode one : RuleVectors.read("exact_match_vectors").get("ai2d_lmms")) {
      Optional<String> letter = LetterParser.AI2D.read(one.get("answer").textValue(), FRUIT);
      letter.ifPresent(
          expected ->
              assertThat(read(one.get("answer").textValue(), FRUIT))
                  .as(one.toString())
                  .isEqualTo(expected));
    }
  }

  /** Any letter with the same marks around it, in any of the usual sentences, is read. */
  @Test
  void aWrappedLetterIsAlwaysRead() {
    List<String> marks = List.of("%s", "(%s)", "[%s]", "**%s**", "\"%s\"", "`%s`", "{%s}", "%s.");
    List<String> sentences =
        List.of("%s", "Answer: %s", "The answer is %s", "The correct option is %s", " %s\n");
    for (int count = 2; count <= 26; count++) {
      List<String> options = IntStream.range(0, count).mapToObj(i -> "text " + (10 + i)).toList();
      for (int option = 0; option < count; option++) {
        for (String mark : marks) {
          for (String sentence : sentences) {
            for (String letter :
                List.of(Letters.of(option), Letters.of(option).toLowerCase(Locale.ROOT))) {
              String answer = sentence.replace("%s", mark.replace("%s", letter));
              assertThat(read(answer, options)).as(answer).isEqualTo(Letters.of(option));
            }
          }
        }
      }
    }
  }

  @Test
  void noLetterIsThatOfNoOption() {
    Random random = new Random(11);
    List<String> words =
        List.of(
            "A",
            "B",
            "E",
            "I",
            "c",
            "(",
            ")",
            ".",
            ":",
            "**",
            "answer",
            "is",
            "the",
            "not",
            "or",
            "one",
            "two",
            "\n",
            "\\boxed{",
            "}",
            "$",
            "Z",
            "correct",
            "option",
            "-3",
            "\u7b54\u6848");
    for (int i = 0; i < 20_000; i++) {
      List<String> options = new ArrayList<>();
      for (int j = 0; j < 1 + random.nextInt(5); j++) {
        options.add(random.nextInt(4) == 0 ? "" : words.get(random.nextInt(words.size())));
      }
      StringBuilder answer = new StringBuilder();
      for (int j = 0; j < random.nextInt(12); j++) {
        answer.append(words.get(random.nextInt(words.size())));
        answer.append(random.nextBoolean() ? " " : "");
      }
      String text = answer.toString();
      Optional<String> letter = AnyFormLetters.read(text, options);
      letter.ifPresent(
          one -> assertThat(Letters.present(options)).as(text + options).contains(one));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "B ",
        "A. ",
        "answer: ",
        "answer is (",
        "the answer is B or ",
        "one ",
        "A. one ",
        "not ",
        "**",
        "$",
        "(",
        "\n",
        " ",
        "a",
        "A.one B.",
        "is ",
        "\\boxed{",
        "<answer>",
        "I choose ",
        "%",
        "B is correct ",
        "\u0301",
        "\ud800",
        "option ",
        "and ",
        "3.",
        "-"
      })
  void hostileTextsTakeLinearTime(String piece) {
    String text = piece.repeat(ProcessorTime.LONG / piece.length());
    ProcessorTime.requireLittle(() -> AnyFormLetters.read(text, FOUR));
    ProcessorTime.requireLittle(() -> AnyFormLetters.read("B" + text + "C", List.of(piece, "x")));
  }
}
