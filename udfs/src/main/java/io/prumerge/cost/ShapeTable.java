package io.prumerge.cost;

import com.fasterxml.jackson.core.type.TypeReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The shapes that are known by name. */
public final class ShapeTable {

  /** The table as it is written. */
  private record Form(
      Map<String, ModelShape.Vision> towers,
      Map<String, ModelShape.Text> decoders,
      LinkedHashMap<String, Entry> shapes) {}

  /** A shape as it is written. */
  private record Entry(String tower, String decoder, int views) {}

  private final Map<String, NamedShape> shapes = new LinkedHashMap<>();

  private ShapeTable(Form form) {
    form.shapes()
        .forEach(
            (name, entry) ->
                shapes.put(
                    name,
                    new NamedShape(
                        name,
                        new ModelShape(
                            form.towers().get(entry.tower()),
                            form.decoders().get(entry.decoder()),
                            true), // every LLaVA projector has biases
                        entry.views())));
  }

  /** LLaVA-1.5, LLaVA-1.6 and this repository's miniature. */
  public static ShapeTable bundled() {
    return new ShapeTable(YamlFile.bundled("shapes.yaml", new TypeReference<Form>() {}));
  }

  /** Every name, in the order of the file. */
  public List<String> names() {
    return List.copyOf(shapes.keySet());
  }

  /** The shape of this name. */
  public NamedShape named(String name) {
    NamedShape shape = shapes.get(name);
    if (shape == null) {
      throw new IllegalArgumentException(
          "Unknown shape '%s'; known: %s".formatted(name, String.join(", ", names())));
    }
    return shape;
  }
}
