/**
 * What Azure Functions calls: classes that bind a trigger, call one service and return. {@link
 * io.deltamirror.functions.FunctionServices} builds the services from {@link
 * io.deltamirror.functions.FunctionSettings}, once per process.
 */
package io.deltamirror.functions;
