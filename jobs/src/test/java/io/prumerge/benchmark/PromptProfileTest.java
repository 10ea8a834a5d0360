package io.prumerge.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.benchmark.file.FileBenchmark;
import io.prumerge.source.DataException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptProfileTest {

  private static final String SHORT = "\nAnswer the question using a single word or phrase.";
  private static final String LETTER =
      "\nAnswer with the option's letter from the given choices directly.";
  private static final PromptParts OPEN = PromptParts.of("what IS this?");
  private static final PromptParts CHOICE =
      PromptParts.choice("Which one?", "", List.of("red", "blue"));
  private static final PromptParts HINT =
      PromptParts.choice("Which one?", "Look.", List.of("red", "blue"));

  private static String llava(String benchmark, PromptParts parts) {
    return PromptProfile.LLAVA.prompt(benchmark, parts);
  }

  @Test
  void llavaAsksForAWord() {
    for (String benchmark : List.of("mme", "vqav2")) {
      assertThat(llava(benchmark, OPEN)).isEqualTo("what IS this?" + SHORT);
    }
    assertThat(llava("mm-vet", OPEN)).isEqualTo("what IS this?");
    assertThat(llava("llava-bench", OPEN)).isEqualTo("what IS this?");
  }

  @Test
  void llavaNamesTheOcrTokensWhereThereAreAny() {
    assertThat(llava("textvqa", new PromptParts("what IS it?", "", List.of(), List.of("A", "b"))))
        .isEqualTo("What is it?\nReference OCR token: A, b" + SHORT);
    assertThat(llava("textvqa", new PromptParts("what?", "", List.of(), List.of(""))))
        .as("read, nothing found")
        .isEqualTo("What?\nReference OCR token: " + SHORT);
    assertThat(llava("textvqa", PromptParts.of("what?"))).isEqualTo("What?" + SHORT);
    assertThat(
            PromptProfile.named("llava-no-ocr")
                .prompt("textvqa", new PromptParts("what?", "", List.of(), List.of("A"))))
        .isEqualTo("What?" + SHORT);
  }

  @Test
  void llavaAsksForALetter() {
    assertThat(llava("mmbench", HINT)).isEqualTo("Look.\nWhich one?\nA. red\nB. blue" + LETTER);
    assertThat(llava("mmbench", CHOICE)).isEqualTo("Which one?\nA. red\nB. blue" + LETTER);
    assertThat(llava("seed", CHOICE)).isEqualTo("Which one?\nA. red\nB. blue" + LETTER);
    assertThat(llava("mmbench-cn", HINT))
        .isEqualTo("Look.\nWhich one?\nA. red\nB. blue\n请直接回答选项字母。");
    assertThat(llava("scienceqa", HINT))
        .isEqualTo("Context: Look.\nWhich one?\nA. red\nB. blue" + LETTER);
    assertThat(llava("scienceqa", PromptParts.choice(" Which?", "", List.of("red "))))
        .as("the script strips what stands before the suffix")
        .isEqualTo("Which?\nA. red" + LETTER);
  }

  @Test
  void textOfTheQuestionIsNoTemplate() {
    assertThat(llava("mmbench", PromptParts.choice("{options}", "{question}", List.of("{hint}"))))
        .isEqualTo("{question}\n{options}\nA. {hint}" + LETTER);
  }

  @Test
  void lmmsEvalWordsSomeOtherwise() {
    PromptProfile profile = PromptProfile.named("lmms-eval");
    assertThat(profile.prompt("vqav2", OPEN)).isEqualTo("what IS this?" + SHORT);
    assertThat(profile.prompt("textvqa", new PromptParts("what?", "", List.of(), List.of("A"))))
        .isEqualTo("What?" + SHORT);
    assertThat(profile.prompt("mme", PromptParts.of(" Is it? "))).isEqualTo("Is it?" + SHORT);
    assertThat(profile.prompt("mmbench", HINT))
        .isEqualTo("Look. Which one? There are several options:\nA. red\nB. blue\n" + LETTER);
    assertThat(profile.prompt("mmbench-cn", CHOICE))
        .isEqualTo(
            "Which one? There are several options:\nA. red\nB. blue\n\n请直接使用所提供的选项字母作为答案回答。");
    assertThat(profile.prompt("mm-vet", OPEN))
        .isEqualTo(
            "First please perform reasoning, and think step by step to provide best answer to the following question: \n\nwhat IS this?");
  }

  @Test
  void vlmEvalKitWordsChoicesInTwoWays() {
    PromptProfile profile = PromptProfile.named("vlmevalkit");
    assertThat(profile.prompt("mmbench", HINT))
        .isEqualTo(
            "Hint: Look.\nQuestion: Which one?\nOptions:\nA. red\nB. blue\nPlease select the correct answer from the options above. \n");
    assertThat(profile.prompt("mme", OPEN)).isEqualTo("what IS this? Please answer yes or no.");
    PromptProfile wrapper = PromptProfile.named("vlmevalkit-llava");
    assertThat(wrapper.prompt("mmbench-cn", HINT))
        .isEqualTo("Look.\nWhich one?\nA. red\nB. blue" + LETTER);
    assertThat(wrapper.prompt("mmbench", PromptParts.choice("Which?", "", List.of("红"))))
        .isEqualTo("Which?\nA. 红\n请直接回答选项字母。");
    assertThat(wrapper.prompt("textvqa", OPEN)).isEqualTo("what IS this?" + SHORT);
  }

  @Test
  void aPhraseIsWordedForEachConventionOfBoxes() {
    PromptParts phrase = PromptParts.of("white boat");
    for (String benchmark : List.of("refcoco", "refcoco+", "refcocog")) {
      assertThat(llava(benchmark, phrase))
          .isEqualTo(
              "Please provide the bounding box coordinate of the region this sentence describes: white boat.");
      assertThat(PromptProfile.named("lmms-eval").prompt(benchmark, phrase))
          .startsWith("Bounding box coordinates are specified in the format (top-left x, ")
          .endsWith(" of the region this sentence describes: white boat");
      assertThat(PromptProfile.named("qwen-vl").prompt(benchmark, phrase))
          .isEqualTo("<ref>white boat</ref><box>");
      assertThat(PromptProfile.named("shikra").prompt(benchmark, phrase))
          .isEqualTo("Where is white boat? answer in [x0,y0,x1,y1] format.");
    }
  }

  @Test
  void everyBenchmarkIsWordedAsLlavaAndAsLmmsEval() {
    List<String> official = new ArrayList<>(Benchmarks.KNOWN.names());
    official.remove("custom"); // whose files hold whole prompts
    official.removeIf(name -> Benchmarks.KNOWN.named(name) instanceof FileBenchmark);
    assertThat(official).isNotEmpty();
    for (String benchmark : official) {
      assertThat(PromptProfile.named("llava").prompt(benchmark, OPEN)).isNotEmpty();
      assertThat(PromptProfile.named("lmms-eval").prompt(benchmark, OPEN)).isNotEmpty();
    }
  }

  @Test
  void refusesUnknownNames() {
    assertThatThrownBy(() -> PromptProfile.named("LLaVA"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Unknown prompt profile 'LLaVA'; known: llava, llava-no-ocr, lmms-eval, qwen-vl, shikra, vlmevalkit, vlmevalkit-llava; did you mean llava or llava-no-ocr?");
    assertThatThrownBy(() -> PromptProfile.named("vlmevalkit").prompt("vqav2", OPEN))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "Prompt profile vlmevalkit has no wording for vqav2; it has: llava-bench, ");
  }
}
