package io.prumerge.mini.scene;

import io.prumerge.lang.Text;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A page of a form, as large as a scene: lines with a label and a value. Every character has a
 * patch of its own.
 *
 * @param index the page's number in the stream of (seed, split), from 0
 * @param print of all characters
 * @param labelLeft first column of all labels, in pixels
 * @param valueLeft first column of all values, in pixels
 * @param lines from top to bottom; no two with the same label or the same value
 */
public record FormPage(
    Split split,
    long seed,
    int index,
    PrintSize print,
    Backdrop backdrop,
    int labelLeft,
    int valueLeft,
    List<PageLine> lines) {

  public FormPage {
    lines = List.copyOf(lines);
    long labels = lines.stream().map(PageLine::label).distinct().count();
    long values = lines.stream().map(PageLine::value).distinct().count();
    if (lines.isEmpty() || labels < lines.size() || values < lines.size()) {
      throw new IllegalArgumentException(
          Text.format("Lines %s do not make a page: no two may share label or value", lines));
    }
  }

  /** Returns a name, unique among all pages: {@code page-test-7-000042}. */
  public String id() {
    return Text.format("page-%s-%d-%06d", split.displayName(), seed, index);
  }

  /** Returns all that is written: {@code DATE 47, ROOM B2}. */
  public String text() {
    return lines.stream()
        .map(line -> line.label() + " " + line.value())
        .collect(Collectors.joining(", "));
  }
}
