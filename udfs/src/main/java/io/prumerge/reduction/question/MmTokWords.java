package io.prumerge.reduction.question;

import io.prumerge.reduction.TowerEvidence.QuestionText;
import io.prumerge.text.PythonText;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The words of a question that MMTok looks at ({@code extract_keywords_simple} of {@code
 * text_processor.py}): without two sentences about the answer's form, without punctuation and
 * without words that show nothing. If no word is left, the whole text without those sentences.
 */
enum MmTokWords implements QuestionText {
  KEYWORDS;

  private static final String SINGLE_WORD = "Answer the question using a single word or phrase.";
  private static final String LETTER =
      "Answer with the option's letter from the given choices directly.";
  private static final Set<String> SHOW_NOTHING =
      Set.of(
          "a",
          "an",
          "the",
          "is",
          "are",
          "was",
          "were",
          "be",
          "been",
          "being",
          "have",
          "has",
          "had",
          "do",
          "does",
          "did",
          "it",
          "they",
          "he",
          "she",
          "we",
          "you",
          "i",
          "what",
          "where",
          "when",
          "why",
          "how",
          "who",
          "which",
          "and",
          "or",
          "but",
          "so",
          "if",
          "then",
          "question",
          "answer",
          "to",
          "for",
          "with",
          "by",
          "from",
          "at",
          "into",
          "onto",
          "upon");
  // Python's \b\w+\b: letters, numbers of every kind, and the low line.
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_]+");

  @Override
  public String of(String question) {
    String text = question.replace(SINGLE_WORD, "").replace(LETTER, "");
    String words =
        WORD.matcher(text)
            .results()
            .map(MatchResult::group)
            .filter(word -> !SHOW_NOTHING.contains(PythonText.lower(word)))
            .collect(Collectors.joining(" "));
    return words.isEmpty() ? text : words;
  }
}
