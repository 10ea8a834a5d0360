package io.prumerge.model;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Questions that are answered behind one prefix, and whether somebody waits for them.
 *
 * @param group the questions
 * @param wanted whether to go on
 */
record PromptUnit(PromptGroup group, BooleanSupplier wanted) {

  /**
   * A group as one unit where its questions can be packed behind their prefix: packing pays where
   * there is one, and it cannot be where the rotation follows the length.
   */
  static Stream<PromptUnit> of(PromptGroup group, BooleanSupplier wanted, RopeFrequencies rope) {
    boolean apart = group.prefixPositions() == 0 || rope.dependsOn(group.longestPositions());
    Stream<PromptGroup> units = apart ? group.apart() : Stream.of(group);
    return units.map(unit -> new PromptUnit(unit, wanted));
  }

  /** The questions in two parts; as they are where there is only one. */
  List<PromptUnit> halves() {
    int questions = group.suffixes().size();
    if (questions == 1) {
      return List.of(this);
    }
    return List.of(
        new PromptUnit(group.part(0, questions / 2), wanted),
        new PromptUnit(group.part(questions / 2, questions), wanted));
  }
}
