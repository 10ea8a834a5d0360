package io.prumerge.benchmark.file;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a file says that values of its data mean.
 *
 * @param answerNames what right answers are, where the data have other values for them
 * @param categoryPattern whose first group is the part of a category column's value that counts
 * @param categories what values of category columns are called, if otherwise; a value may be in
 *     several
 * @param kinds names of categories by what they tell of questions
 * @param texts for prompts, by name: each is chosen by values of columns
 */
record MeantValues(
    Map<String, String> answerNames,
    Optional<Pattern> categoryPattern,
    Map<String, List<String>> categories,
    Map<String, List<String>> kinds,
    Map<String, ChosenText> texts) {

  MeantValues {
    answerNames = Map.copyOf(answerNames);
    categories = Map.copyOf(categories);
    kinds = Map.copyOf(kinds);
    texts = Map.copyOf(texts);
  }

  /** Returns the right answer that a value of the data is. */
  String answer(String value) {
    return answerNames.getOrDefault(value, value);
  }

  /** Returns the categories that a value of a category column is in; none if it is not to count. */
  List<String> categories(String value) {
    String plain = plain(value);
    return categories.getOrDefault(plain, List.of(plain)).stream()
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /** Returns a value of a category column as {@link #categories} has it. */
  String plain(String value) {
    return CategoryName.of(part(value));
  }

  /** Returns the kind that the file says of a category. */
  Optional<String> kindOf(String category) {
    return kinds.entrySet().stream()
        .filter(kind -> kind.getValue().contains(category))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private String part(String value) {
    Optional<Matcher> found = categoryPattern.map(pattern -> pattern.matcher(value));
    return found.isPresent() && found.get().find() && found.get().groupCount() > 0
        ? found.get().group(1)
        : value;
  }
}
