package io.prumerge.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.engine.ResolvedDevice;
import java.io.Serializable;

/**
 * The device of one executor's host.
 *
 * @param java its version of Java, whose libraries decode JPEG
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
public record HostDevice(String host, String java, ResolvedDevice device) implements Serializable {
  private static final long serialVersionUID = 1L;
}
