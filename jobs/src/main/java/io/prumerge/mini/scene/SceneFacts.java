package io.prumerge.mini.scene;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Facts about a scene's objects, from which questions are made. */
public final class SceneFacts {

  private final List<SceneObject> objects;
  private final Map<Shape, Integer> counts = new EnumMap<>(Shape.class);

  public SceneFacts(Scene scene) {
    objects = scene.objects();
    objects.forEach(object -> counts.merge(object.shape(), 1, Integer::sum));
  }

  /** Returns the kinds of objects present, each once, in the order of the objects. */
  public Set<Thing> things() {
    return objects.stream().map(Thing::of).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Returns the number of objects. */
  public int objects() {
    return objects.size();
  }

  /** Returns the number of objects by shape; absent shapes have no entry. */
  public Map<Shape, Integer> counts() {
    return counts;
  }

  /** Returns the objects whose shape is unique in the scene. */
  public List<SceneObject> onlyOfShape() {
    return objects.stream().filter(object -> counts.get(object.shape()) == 1).toList();
  }

  /** Returns the objects whose colour is unique in the scene. */
  public List<SceneObject> onlyOfColour() {
    return objects.stream()
        .filter(
            object ->
                objects.stream().filter(other -> other.colour() == object.colour()).count() == 1)
        .toList();
  }

  /** Returns the objects whose combination of colour and shape is unique in the scene. */
  public List<SceneObject> unmistakable() {
    return objects.stream()
        .filter(
            object ->
                objects.stream().filter(other -> Thing.of(other).equals(Thing.of(object))).count()
                    == 1)
        .toList();
  }
}
