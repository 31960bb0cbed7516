/**
 * An Event Hubs namespace inside this process: the AMQP 1.0 dialect of the service on loopback,
 * over partition logs on disk.
 *
 * <p>Two halves meet in {@code Partition}. The log half ({@code PartitionLog}, {@code Segment},
 * {@code LogReader}) knows bytes and positions, and nothing of AMQP. The protocol half ({@code
 * AmqpConnection}, the {@code LinkEndpoint}s) runs proton-j, the engine that the Azure SDK itself
 * brings, and keeps no event in memory longer than it takes to hand it on.
 */
package io.deltamirror.local.eventhubs;
