package io.portcullis.core.log;

import io.portcullis.core.plugin.ExchangeLog;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** The functions that a custom log field may call. None of them does any I/O. */
enum Function {
  REQUEST_HEADER("kong.request.get_header", 1) {
    @Override
    @Nullable Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      return log.exchange().request().headers().get(headerName(argument));
    }
  },
  RESPONSE_HEADER("kong.response.get_header", 1) {
    @Override
    @Nullable Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      return log.responseHeaders().get(headerName(argument));
    }
  },
  REQUEST_METHOD("kong.request.get_method", 0) {
    @Override
    Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      return log.method();
    }
  },
  REQUEST_HOST("kong.request.get_host", 0) {
    @Override
    Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      return log.host();
    }
  },
  REQUEST_SCHEME("kong.request.get_scheme", 0) {
    @Override
    Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      return log.scheme();
    }
  },
  REQUEST_PORT("kong.request.get_port", 0) {
    @Override
    Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      return (double) log.port();
    }
  },
  REQUEST_ARGUMENT("kong.request.get_query_arg", 1) {
    @Override
    @Nullable Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      if (!(argument instanceof String name)) {
        throw new ExpressionException("query argument name must be a string");
      }
      JsonNode value = QueryString.ofUri(log.uri()).get(name);
      // Of several values the first, as Kong's function has it.
      JsonNode first = value instanceof ArrayNode several ? several.get(0) : value;
      return first == null ? null : first.isBoolean() ? (Object) true : first.asString();
    }
  },
  REQUEST_PATH("kong.request.get_path", 0) {
    @Override
    Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      String uri = log.uri();
      int query = uri.indexOf('?');
      return query < 0 ? uri : uri.substring(0, query);
    }
  },
  REQUEST_PATH_WITH_QUERY("kong.request.get_path_with_query", 0) {
    @Override
    Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      return log.uri();
    }
  },
  RESPONSE_STATUS("kong.response.get_status", 0) {
    @Override
    Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      return (double) log.status();
    }
  },
  RESPONSE_SOURCE("kong.response.get_source", 0) {
    @Override
    Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      return switch (log.source()) {
        case UPSTREAM -> "service";
        case EXIT -> "exit";
        case ERROR -> "error";
      };
    }
  },
  CLIENT_ADDRESS("kong.client.get_forwarded_ip", 0) {
    @Override
    Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      return log.clientAddress();
    }
  },
  TIME("os.time", 0) {
    @Override
    Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      return (double) Math.floorDiv(clock.millis(), 1000L);
    }
  },
  NGINX_TIME("ngx.time", 0) {
    @Override
    Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      return (double) Math.floorDiv(clock.millis(), 1000L);
    }
  },
  NOW("ngx.now", 0) {
    @Override
    Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      return clock.millis() / 1000.0;
    }
  },
  START_TIME("ngx.req.start_time", 0) {
    @Override
    Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      return log.startedAtMillis() / 1000.0;
    }
  },
  LOWER("string.lower", 1) {
    @Override
    Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      return Expression.text(argument).toLowerCase(Locale.ROOT);
    }
  },
  UPPER("string.upper", 1) {
    @Override
    Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      return Expression.text(argument).toUpperCase(Locale.ROOT);
    }
  },
  FLOOR("math.floor", 1) {
    @Override
    Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      return Math.floor(Expression.number(argument));
    }
  },
  TO_STRING("tostring", 1) {
    @Override
    Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      return switch (argument) {
        case null -> "nil";
        case Double number -> Expression.spell(number);
        default -> argument.toString();
      };
    }
  },
  TO_NUMBER("tonumber", 1) {
    @Override
    @Nullable Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock) {
      try {
        return Expression.number(argument);
      } catch (ExpressionException e) {
        return null;
      }
    }
  };

  private final String luaName;
  private final int arity;

  Function(String luaName, int arity) {
    this.luaName = luaName;
    this.arity = arity;
  }

  abstract @Nullable Object call(@Nullable Object argument, ExchangeLog log, InstantSource clock);

  String luaName() {
    return luaName;
  }

  /** How many arguments it takes, 0 or 1. */
  int arity() {
    return arity;
  }

  static @Nullable Function named(String luaName) {
    for (Function function : values()) {
      if (function.luaName.equals(luaName)) {
        return function;
      }
    }
    return null;
  }

  private static String headerName(@Nullable Object argument) {
    if (argument instanceof String name) {
      return name.toLowerCase(Locale.ROOT);
    }
    throw new ExpressionException("header must be a string");
  }
}
