package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.console.Failure;
import io.prumerge.console.UsageException;
import io.prumerge.console.WordedException;
import io.prumerge.console.Wording;
import io.prumerge.source.DataException;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Compares {@code conf/api.txt} with the public signatures that users compile against: those of the
 * code API with the exceptions that its jobs throw, of {@code benchmark}, {@code reduction} and
 * {@code spark}, with their packages' parts.
 */
class ApiTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));

  /** Folders of a module's classes, and whether those below them belong to it. */
  private static final List<ApiPackage> PACKAGES =
      List.of(
          new ApiPackage("jobs", "io/prumerge", false),
          new ApiPackage("jobs", "io/prumerge/benchmark", false),
          new ApiPackage("udfs", "io/prumerge/reduction", true),
          new ApiPackage("udfs", "io/prumerge/spark", false));

  /** What jobs throw, in packages that are otherwise no part of the API. */
  private static final List<Class<?>> EXCEPTIONS =
      List.of(WordedException.class, UsageException.class, Failure.class, DataException.class);

  /** A type of the command line. Of its package, only the exceptions are part of the API. */
  private static final Pattern COMMAND_LINE =
      Pattern.compile(
          "\\bpicocli\\.\\S*|\\bio\\.prumerge\\.(?:jobs|launch)\\.\\S*"
              + "|\\bio\\.prumerge\\.console\\.(?!(?:WordedException|UsageException|Failure)\\b)\\S*");

  private static final Pattern JAVA = Pattern.compile("\\bjava\\.(?:lang|util)\\.(?=[A-Z])");

  /** Said of every object; a record's own would say nothing more. */
  private static final Set<String> OF_OBJECTS = Set.of("equals", "hashCode", "toString");

  private record ApiPackage(String module, String folder, boolean below) {}

  @Test
  void theFileSaysWhatUsersCompileAgainst() throws Exception {
    List<Class<?>> types = new ArrayList<>();
    for (ApiPackage each : PACKAGES) {
      types.addAll(types(each));
    }
    types.addAll(EXCEPTIONS);
    StringBuilder found = new StringBuilder();
    for (Class<?> type : types) {
      found.append(JAVA.matcher(text(type)).replaceAll("")).append('\n');
    }
    GeneratedFile.requireCurrent("api.txt", found.toString());
    assertThat(COMMAND_LINE.matcher(found).results().map(MatchResult::group)).isEmpty();
  }

  private static List<Class<?>> types(ApiPackage of) throws IOException, ClassNotFoundException {
    Path root = ROOT.resolve(of.module).resolve("target/classes");
    Path folder = root.resolve(of.folder);
    List<Class<?>> types = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder, of.below ? Integer.MAX_VALUE : 1)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).sorted().toList()) {
        String name = root.relativize(file).toString().replace('/', '.');
        if (!name.endsWith("-info.class")) {
          Class<?> type =
              Class.forName(
                  name.substring(0, name.length() - ".class".length()),
                  false,
                  ApiTest.class.getClassLoader());
          if (isPublic(type)) {
            types.add(type);
          }
        }
      }
    }
    return types;
  }

  private static boolean isPublic(Class<?> type) {
    return !type.isAnonymousClass()
        && !type.isLocalClass()
        && Modifier.isPublic(type.getModifiers())
        && (type.getDeclaringClass() == null || isPublic(type.getDeclaringClass()));
  }

  private static String text(Class<?> type) {
    Set<String> members = new TreeSet<>();
    if (type.isEnum()) {
      Arrays.stream(type.getEnumConstants()).forEach(value -> members.add("value " + value(value)));
    }
    for (Field field : type.getDeclaredFields()) {
      if (isOpen(field) && !field.isSynthetic() && !field.isEnumConstant()) {
        members.add(
            modifiers(field) + field.getGenericType().getTypeName() + " " + field.getName());
      }
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (isOpen(constructor) && !constructor.isSynthetic() && !isWorded(constructor)) {
        members.add(modifiers(constructor) + "new" + parameters(constructor));
      }
    }
    for (Method method : type.getDeclaredMethods()) {
      boolean ofEnum = type.isEnum() && Set.of("values", "valueOf").contains(method.getName());
      if (isOpen(method)
          && !method.isSynthetic()
          && !method.getReturnType().equals(Wording.class)
          && !ofEnum
          && !OF_OBJECTS.contains(method.getName())) {
        members.add(
            modifiers(method)
                + (method.isDefault() ? "default " : "")
                + method.getGenericReturnType().getTypeName()
                + " "
                + method.getName()
                + parameters(method));
      }
    }
    return members.stream()
        .map(member -> "  " + member + "\n")
        .collect(Collectors.joining("", head(type) + "\n", ""));
  }

  /** Returns whether an exception is made of a text that names settings, as only ours are. */
  private static boolean isWorded(Constructor<?> constructor) {
    return Arrays.asList(constructor.getParameterTypes()).contains(Wording.class);
  }

  private static String value(Object constant) {
    return ((Enum<?>) constant).name();
  }

  private static boolean isOpen(Member member) {
    return Modifier.isPublic(member.getModifiers()) || Modifier.isProtected(member.getModifiers());
  }

  private static String modifiers(Member member) {
    int shown =
        member.getModifiers()
            & (Modifier.PROTECTED | Modifier.STATIC | Modifier.ABSTRACT | Modifier.FINAL);
    String text = Modifier.toString(shown);
    return text.isEmpty() ? "" : text + " ";
  }

  private static String head(Class<?> type) {
    String kind =
        type.isRecord()
            ? "record"
            : type.isEnum() ? "enum" : type.isInterface() ? "interface" : "class";
    List<String> above = new ArrayList<>();
    Type parent = type.getGenericSuperclass();
    if (parent != null && !Set.of(Object.class, Record.class).contains(type.getSuperclass())) {
      above.add(parent.getTypeName());
    }
    Arrays.stream(type.getGenericInterfaces()).map(Type::getTypeName).forEach(above::add);
    boolean open = !type.isInterface() && Modifier.isAbstract(type.getModifiers());
    return (open && !type.isEnum() ? "abstract " : "")
        + kind
        + " "
        + type.getName()
        + (above.isEmpty() || type.isEnum() ? "" : " : " + String.join(", ", above));
  }

  private static String parameters(Executable executable) {
    String thrown =
        Arrays.stream(executable.getGenericExceptionTypes())
            .map(Type::getTypeName)
            .collect(Collectors.joining(", "));
    return Arrays.stream(executable.getGenericParameterTypes())
            .map(Type::getTypeName)
            .collect(Collectors.joining(", ", "(", ")"))
        + (thrown.isEmpty() ? "" : " throws " + thrown);
  }
}
