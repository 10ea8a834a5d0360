package io.prumerge.reduction.question;

import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.QuestionText;
import java.util.List;

/** What methods give CLIP's text tower to read: the key {@code text}. */
enum ClipTexts implements QuestionText {
  /** The question with all that follows it. */
  WHOLE {
    @Override
    public String of(String question) {
      return question;
    }
  },

  /**
   * The question without the sentence about the answer's form. CDPruner takes two of them out
   * ({@code model_vqa_loader.py}, {@code model_vqa_science.py}); MMBench's, the Chinese one too, it
   * never adds to this text ({@code model_vqa_mmbench.py}), as TRIM does not.
   */
  QUESTION {
    @Override
    public String of(String question) {
      String text = question;
      for (String sentence : FORMS) {
        text = text.replace(sentence, "");
      }
      return text;
    }
  };

  private static final List<String> FORMS =
      List.of(
          "\nAnswer the question using a single word or phrase.",
          "\nAnswer with the option's letter from the given choices directly.",
          "\n\u8bf7\u76f4\u63a5\u56de\u7b54\u9009\u9879\u5b57\u6bcd\u3002");

  /** The parameter of a method that takes this text by default. */
  final Parameter<ClipTexts> byDefault() {
    return Parameter.choice("text", this);
  }
}
