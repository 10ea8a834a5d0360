package io.prumerge.mini;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What questions about a scene's objects are made of. */
final class SceneFacts {

  private final List<SceneObject> objects;
  private final Map<Shape, Integer> counts = new EnumMap<>(Shape.class);

  SceneFacts(Scene scene) {
    objects = scene.objects();
    objects.forEach(object -> counts.merge(object.shape(), 1, Integer::sum));
  }

  /** The kinds of objects that are there, each once, in the order of the objects. */
  Set<Thing> things() {
    return objects.stream().map(Thing::of).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** How many objects there are. */
  int objects() {
    return objects.size();
  }

  /** How often each shape is there; shapes that are not have no entry. */
  Map<Shape, Integer> counts() {
    return counts;
  }

  /** Objects that their shape alone tells from all others. */
  List<SceneObject> onlyOfShape() {
    return objects.stream().filter(object -> counts.get(object.shape()) == 1).toList();
  }

  /** Objects that their colour alone tells from all others. */
  List<SceneObject> onlyOfColour() {
    return objects.stream()
        .filter(
            object ->
                objects.stream().filter(other -> other.colour() == object.colour()).count() == 1)
        .toList();
  }

  /** Objects that colour and shape together tell from all others. */
  List<SceneObject> unmistakable() {
    return objects.stream()
        .filter(
            object ->
                objects.stream().filter(other -> Thing.of(other).equals(Thing.of(object))).count()
                    == 1)
        .toList();
  }
}
