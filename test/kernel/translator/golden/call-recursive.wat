;; A function that calls itself.
;; 0x00001000  53                    push ebx
    local.get $stack
    local.get $ebx
    i32.store offset=20
;; 0x00001001  89 c3                 mov ebx, eax
    local.get $eax
    local.set $ebx
;; 0x00001003  83 f8 02              cmp eax, 0x2
    local.get $eax
    local.tee $flags.a
    i32.const 2
    local.tee $flags.b
    i32.sub
    local.tee $flags.result
    drop
;; 0x00001006  72 11                 jb short 0x1019
    local.get $flags.a
    local.get $flags.b
    i32.lt_u
    if $6
      local.get $fuel
      i32.const -4
      i32.add
      local.set $fuel
      br $5
    end
;; 0x00001000  53                    push ebx
;; 0x00001008  48                    dec eax
    local.get $eax
    i32.const 1
    i32.sub
    local.set $eax
;; 0x00001009  e8 f2 ff ff ff        call 0x1000
    local.get $stack
    i32.const 4110
    i32.store offset=16
    block $7
;; 0x00001000  53                    push ebx
      local.get $stack
      local.get $ebx
      i32.store offset=12
;; 0x00001001  89 c3                 mov ebx, eax
      local.get $eax
      local.set $ebx
;; 0x00001003  83 f8 02              cmp eax, 0x2
      local.get $eax
      local.tee $flags.a
      i32.const 2
      local.tee $flags.b
      i32.sub
      local.tee $flags.result
      drop
;; 0x00001006  72 11                 jb short 0x1019
      local.get $flags.a
      local.get $flags.b
      i32.lt_u
      if $8
        local.get $fuel
        i32.const -10
        i32.add
        local.set $fuel
        br $7
      end
;; 0x00001000  53                    push ebx
;; 0x00001008  48                    dec eax
      local.get $eax
      i32.const 1
      i32.sub
      local.set $eax
;; 0x00001009  e8 f2 ff ff ff        call 0x1000
      local.get $stack
      i32.const 4110
      i32.store offset=8
      block $9
;; 0x00001000  53                    push ebx
        local.get $stack
        local.get $ebx
        i32.store offset=4
;; 0x00001001  89 c3                 mov ebx, eax
        local.get $eax
        local.set $ebx
;; 0x00001003  83 f8 02              cmp eax, 0x2
        local.get $eax
        local.tee $flags.a
        i32.const 2
        local.tee $flags.b
        i32.sub
        local.tee $flags.result
        drop
;; 0x00001006  72 11                 jb short 0x1019
        local.get $flags.a
        local.get $flags.b
        i32.lt_u
        if $10
          local.get $fuel
          i32.const -16
          i32.add
          local.set $fuel
          br $9
        end
;; 0x00001000  53                    push ebx
;; 0x00001008  48                    dec eax
        local.get $eax
        i32.const 1
        i32.sub
        local.set $eax
;; 0x00001009  e8 f2 ff ff ff        call 0x1000
        local.get $stack
        i32.const 4110
        i32.store
        local.get $fuel
        i32.const -18
        i32.add
        local.set $fuel
        local.get $stack
        local.get $fuel
        local.get $eax
        local.get $ebx
        call $0x1000
        local.set $value
        local.tee $value64
        i64.const 32
        i64.shr_u
        i32.wrap_i64
        local.set $fuel
        local.get $value64
        i32.wrap_i64
        local.set $eip
        local.get $eip
        i32.const 4110
        i32.ne
        if $11
          local.get $stack
          local.set $esp
          i32.const 420550937
          local.set $place
          br $2
        end
        local.get $value
        local.set $eax
        local.get $fuel
        i32.const 0
        i32.le_s
        if $12
          i32.const 4110
          local.set $eip
          local.get $stack
          i32.const 4
          i32.add
          local.set $esp
          i32.const 6417
          local.set $place
          br $1
        end
;; 0x0000100e  93                    xchg ebx, eax
        global.get $ebx
        local.set $ebx
        local.get $ebx
        local.get $eax
        local.set $ebx
        local.set $eax
;; 0x0000100f  83 e8 02              sub eax, 0x2
        local.get $eax
        i32.const 2
        i32.sub
        local.set $eax
;; 0x00001012  e8 e9 ff ff ff        call 0x1000
        local.get $stack
        i32.const 4119
        i32.store
        local.get $fuel
        i32.const -3
        i32.add
        local.set $fuel
        local.get $stack
        local.get $fuel
        local.get $eax
        local.get $ebx
        call $0x1000
        local.set $value
        local.tee $value64
        i64.const 32
        i64.shr_u
        i32.wrap_i64
        local.set $fuel
        local.get $value64
        i32.wrap_i64
        local.set $eip
        local.get $eip
        i32.const 4119
        i32.ne
        if $13
          local.get $stack
          local.set $esp
          i32.const 420550937
          local.set $place
          br $2
        end
        local.get $value
        local.set $eax
        local.get $fuel
        i32.const 0
        i32.le_s
        if $14
          i32.const 4119
          local.set $eip
          local.get $stack
          i32.const 4
          i32.add
          local.set $esp
          i32.const 6417
          local.set $place
          br $1
        end
;; 0x00001017  01 d8                 add eax, ebx
        global.get $ebx
        local.set $ebx
        local.get $eax
        local.get $ebx
        i32.add
        local.set $eax
        local.get $fuel
        i32.const -1
        i32.add
        local.set $fuel
        br $9
        unreachable
        unreachable
      end
;; 0x00001019  5b                    pop ebx
      local.get $stack
      i32.load offset=4
      local.set $ebx
;; 0x0000101a  c3                    ret
      local.get $stack
      i32.load offset=8
      local.tee $eip
      i32.const 4110
      i32.ne
      if $15
        local.get $stack
        i32.const 12
        i32.add
        local.set $esp
        local.get $fuel
        i32.const -2
        i32.add
        local.set $fuel
        i32.const 6425
        local.set $place
        br $1
      end
;; 0x0000100e  93                    xchg ebx, eax
      local.get $ebx
      local.get $eax
      local.set $ebx
      local.set $eax
;; 0x0000100f  83 e8 02              sub eax, 0x2
      local.get $eax
      i32.const 2
      i32.sub
      local.set $eax
;; 0x00001012  e8 e9 ff ff ff        call 0x1000
      local.get $stack
      i32.const 4119
      i32.store offset=8
      block $16
;; 0x00001000  53                    push ebx
        local.get $stack
        local.get $ebx
        i32.store offset=4
;; 0x00001001  89 c3                 mov ebx, eax
        local.get $eax
        local.set $ebx
;; 0x00001003  83 f8 02              cmp eax, 0x2
        local.get $eax
        local.tee $flags.a
        i32.const 2
        local.tee $flags.b
        i32.sub
        local.tee $flags.result
        drop
;; 0x00001006  72 11                 jb short 0x1019
        local.get $flags.a
        local.get $flags.b
        i32.lt_u
        if $17
          local.get $fuel
          i32.const -9
          i32.add
          local.set $fuel
          br $16
        end
;; 0x00001000  53                    push ebx
;; 0x00001008  48                    dec eax
        local.get $eax
        i32.const 1
        i32.sub
        local.set $eax
;; 0x00001009  e8 f2 ff ff ff        call 0x1000
        local.get $stack
        i32.const 4110
        i32.store
        local.get $fuel
        i32.const -11
        i32.add
        local.set $fuel
        local.get $stack
        local.get $fuel
        local.get $eax
        local.get $ebx
        call $0x1000
        local.set $value
        local.tee $value64
        i64.const 32
        i64.shr_u
        i32.wrap_i64
        local.set $fuel
        local.get $value64
        i32.wrap_i64
        local.set $eip
        local.get $eip
        i32.const 4110
        i32.ne
        if $18
          local.get $stack
          local.set $esp
          i32.const 420550937
          local.set $place
          br $2
        end
        local.get $value
        local.set $eax
        local.get $fuel
        i32.const 0
        i32.le_s
        if $19
          i32.const 4110
          local.set $eip
          local.get $stack
          i32.const 4
          i32.add
          local.set $esp
          i32.const 6417
          local.set $place
          br $1
        end
;; 0x0000100e  93                    xchg ebx, eax
        global.get $ebx
        local.set $ebx
        local.get $ebx
        local.get $eax
        local.set $ebx
        local.set $eax
;; 0x0000100f  83 e8 02              sub eax, 0x2
        local.get $eax
        i32.const 2
        i32.sub
        local.set $eax
;; 0x00001012  e8 e9 ff ff ff        call 0x1000
        local.get $stack
        i32.const 4119
        i32.store
        local.get $fuel
        i32.const -3
        i32.add
        local.set $fuel
        local.get $stack
        local.get $fuel
        local.get $eax
        local.get $ebx
        call $0x1000
        local.set $value
        local.tee $value64
        i64.const 32
        i64.shr_u
        i32.wrap_i64
        local.set $fuel
        local.get $value64
        i32.wrap_i64
        local.set $eip
        local.get $eip
        i32.const 4119
        i32.ne
        if $20
          local.get $stack
          local.set $esp
          i32.const 420550937
          local.set $place
          br $2
        end
        local.get $value
        local.set $eax
        local.get $fuel
        i32.const 0
        i32.le_s
        if $21
          i32.const 4119
          local.set $eip
          local.get $stack
          i32.const 4
          i32.add
          local.set $esp
          i32.const 6417
          local.set $place
          br $1
        end
;; 0x00001017  01 d8                 add eax, ebx
        global.get $ebx
        local.set $ebx
        local.get $eax
        local.get $ebx
        i32.add
        local.set $eax
        local.get $fuel
        i32.const -1
        i32.add
        local.set $fuel
        br $16
        unreachable
        unreachable
      end
;; 0x00001019  5b                    pop ebx
      local.get $stack
      i32.load offset=4
      local.set $ebx
;; 0x0000101a  c3                    ret
      local.get $stack
      i32.load offset=8
      local.tee $eip
      i32.const 4119
      i32.ne
      if $22
        local.get $stack
        i32.const 12
        i32.add
        local.set $esp
        local.get $fuel
        i32.const -2
        i32.add
        local.set $fuel
        i32.const 6425
        local.set $place
        br $1
      end
;; 0x00001017  01 d8                 add eax, ebx
      local.get $eax
      local.get $ebx
      i32.add
      local.set $eax
      local.get $fuel
      i32.const -3
      i32.add
      local.set $fuel
      br $7
      unreachable
      unreachable
      unreachable
      unreachable
      unreachable
      unreachable
    end
;; 0x00001019  5b                    pop ebx
    local.get $stack
    i32.load offset=12
    local.set $ebx
;; 0x0000101a  c3                    ret
    local.get $stack
    i32.load offset=16
    local.tee $eip
    i32.const 4110
    i32.ne
    if $23
      local.get $stack
      i32.const 20
      i32.add
      local.set $esp
      local.get $fuel
      i32.const -2
      i32.add
      local.set $fuel
      i32.const 6425
      local.set $place
      br $1
    end
;; 0x0000100e  93                    xchg ebx, eax
    local.get $ebx
    local.get $eax
    local.set $ebx
    local.set $eax
;; 0x0000100f  83 e8 02              sub eax, 0x2
    local.get $eax
    i32.const 2
    i32.sub
    local.set $eax
;; 0x00001012  e8 e9 ff ff ff        call 0x1000
    local.get $stack
    i32.const 4119
    i32.store offset=16
    block $24
;; 0x00001000  53                    push ebx
      local.get $stack
      local.get $ebx
      i32.store offset=12
;; 0x00001001  89 c3                 mov ebx, eax
      local.get $eax
      local.set $ebx
;; 0x00001003  83 f8 02              cmp eax, 0x2
      local.get $eax
      local.tee $flags.a
      i32.const 2
      local.tee $flags.b
      i32.sub
      local.tee $flags.result
      drop
;; 0x00001006  72 11                 jb short 0x1019
      local.get $flags.a
      local.get $flags.b
      i32.lt_u
      if $25
        local.get $fuel
        i32.const -9
        i32.add
        local.set $fuel
        br $24
      end
;; 0x00001000  53                    push ebx
;; 0x00001008  48                    dec eax
      local.get $eax
      i32.const 1
      i32.sub
      local.set $eax
;; 0x00001009  e8 f2 ff ff ff        call 0x1000
      local.get $stack
      i32.const 4110
      i32.store offset=8
      block $26
;; 0x00001000  53                    push ebx
        local.get $stack
        local.get $ebx
        i32.store offset=4
;; 0x00001001  89 c3                 mov ebx, eax
        local.get $eax
        local.set $ebx
;; 0x00001003  83 f8 02              cmp eax, 0x2
        local.get $eax
        local.tee $flags.a
        i32.const 2
        local.tee $flags.b
        i32.sub
        local.tee $flags.result
        drop
;; 0x00001006  72 11                 jb short 0x1019
        local.get $flags.a
        local.get $flags.b
        i32.lt_u
        if $27
          local.get $fuel
          i32.const -15
          i32.add
          local.set $fuel
          br $26
        end
;; 0x00001000  53                    push ebx
;; 0x00001008  48                    dec eax
        local.get $eax
        i32.const 1
        i32.sub
        local.set $eax
;; 0x00001009  e8 f2 ff ff ff        call 0x1000
        local.get $stack
        i32.const 4110
        i32.store
        local.get $fuel
        i32.const -17
        i32.add
        local.set $fuel
        local.get $stack
        local.get $fuel
        local.get $eax
        local.get $ebx
        call $0x1000
        local.set $value
        local.tee $value64
        i64.const 32
        i64.shr_u
        i32.wrap_i64
        local.set $fuel
        local.get $value64
        i32.wrap_i64
        local.set $eip
        local.get $eip
        i32.const 4110
        i32.ne
        if $28
          local.get $stack
          local.set $esp
          i32.const 420550937
          local.set $place
          br $2
        end
        local.get $value
        local.set $eax
        local.get $fuel
        i32.const 0
        i32.le_s
        if $29
          i32.const 4110
          local.set $eip
          local.get $stack
          i32.const 4
          i32.add
          local.set $esp
          i32.const 6417
          local.set $place
          br $1
        end
;; 0x0000100e  93                    xchg ebx, eax
        global.get $ebx
        local.set $ebx
        local.get $ebx
        local.get $eax
        local.set $ebx
        local.set $eax
;; 0x0000100f  83 e8 02              sub eax, 0x2
        local.get $eax
        i32.const 2
        i32.sub
        local.set $eax
;; 0x00001012  e8 e9 ff ff ff        call 0x1000
        local.get $stack
        i32.const 4119
        i32.store
        local.get $fuel
        i32.const -3
        i32.add
        local.set $fuel
        local.get $stack
        local.get $fuel
        local.get $eax
        local.get $ebx
        call $0x1000
        local.set $value
        local.tee $value64
        i64.const 32
        i64.shr_u
        i32.wrap_i64
        local.set $fuel
        local.get $value64
        i32.wrap_i64
        local.set $eip
        local.get $eip
        i32.const 4119
        i32.ne
        if $30
          local.get $stack
          local.set $esp
          i32.const 420550937
          local.set $place
          br $2
        end
        local.get $value
        local.set $eax
        local.get $fuel
        i32.const 0
        i32.le_s
        if $31
          i32.const 4119
          local.set $eip
          local.get $stack
          i32.const 4
          i32.add
          local.set $esp
          i32.const 6417
          local.set $place
          br $1
        end
;; 0x00001017  01 d8                 add eax, ebx
        global.get $ebx
        local.set $ebx
        local.get $eax
        local.get $ebx
        i32.add
        local.set $eax
        local.get $fuel
        i32.const -1
        i32.add
        local.set $fuel
        br $26
        unreachable
        unreachable
      end
;; 0x00001019  5b                    pop ebx
      local.get $stack
      i32.load offset=4
      local.set $ebx
;; 0x0000101a  c3                    ret
      local.get $stack
      i32.load offset=8
      local.tee $eip
      i32.const 4110
      i32.ne
      if $32
        local.get $stack
        i32.const 12
        i32.add
        local.set $esp
        local.get $fuel
        i32.const -2
        i32.add
        local.set $fuel
        i32.const 6425
        local.set $place
        br $1
      end
;; 0x0000100e  93                    xchg ebx, eax
      local.get $ebx
      local.get $eax
      local.set $ebx
      local.set $eax
;; 0x0000100f  83 e8 02              sub eax, 0x2
      local.get $eax
      i32.const 2
      i32.sub
      local.set $eax
;; 0x00001012  e8 e9 ff ff ff        call 0x1000
      local.get $stack
      i32.const 4119
      i32.store offset=8
      block $33
;; 0x00001000  53                    push ebx
        local.get $stack
        local.get $ebx
        i32.store offset=4
;; 0x00001001  89 c3                 mov ebx, eax
        local.get $eax
        local.set $ebx
;; 0x00001003  83 f8 02              cmp eax, 0x2
        local.get $eax
        local.tee $flags.a
        i32.const 2
        local.tee $flags.b
        i32.sub
        local.tee $flags.result
        drop
;; 0x00001006  72 11                 jb short 0x1019
        local.get $flags.a
        local.get $flags.b
        i32.lt_u
        if $34
          local.get $fuel
          i32.const -9
          i32.add
          local.set $fuel
          br $33
        end
;; 0x00001000  53                    push ebx
;; 0x00001008  48                    dec eax
        local.get $eax
        i32.const 1
        i32.sub
        local.set $eax
;; 0x00001009  e8 f2 ff ff ff        call 0x1000
        local.get $stack
        i32.const 4110
        i32.store
        local.get $fuel
        i32.const -11
        i32.add
        local.set $fuel
        local.get $stack
        local.get $fuel
        local.get $eax
        local.get $ebx
        call $0x1000
        local.set $value
        local.tee $value64
        i64.const 32
        i64.shr_u
        i32.wrap_i64
        local.set $fuel
        local.get $value64
        i32.wrap_i64
        local.set $eip
        local.get $eip
        i32.const 4110
        i32.ne
        if $35
          local.get $stack
          local.set $esp
          i32.const 420550937
          local.set $place
          br $2
        end
        local.get $value
        local.set $eax
        local.get $fuel
        i32.const 0
        i32.le_s
        if $36
          i32.const 4110
          local.set $eip
          local.get $stack
          i32.const 4
          i32.add
          local.set $esp
          i32.const 6417
          local.set $place
          br $1
        end
;; 0x0000100e  93                    xchg ebx, eax
        global.get $ebx
        local.set $ebx
        local.get $ebx
        local.get $eax
        local.set $ebx
        local.set $eax
;; 0x0000100f  83 e8 02              sub eax, 0x2
        local.get $eax
        i32.const 2
        i32.sub
        local.set $eax
;; 0x00001012  e8 e9 ff ff ff        call 0x1000
        local.get $stack
        i32.const 4119
        i32.store
        local.get $fuel
        i32.const -3
        i32.add
        local.set $fuel
        local.get $stack
        local.get $fuel
        local.get $eax
        local.get $ebx
        call $0x1000
        local.set $value
        local.tee $value64
        i64.const 32
        i64.shr_u
        i32.wrap_i64
        local.set $fuel
        local.get $value64
        i32.wrap_i64
        local.set $eip
        local.get $eip
        i32.const 4119
        i32.ne
        if $37
          local.get $stack
          local.set $esp
          i32.const 420550937
          local.set $place
          br $2
        end
        local.get $value
        local.set $eax
        local.get $fuel
        i32.const 0
        i32.le_s
        if $38
          i32.const 4119
          local.set $eip
          local.get $stack
          i32.const 4
          i32.add
          local.set $esp
          i32.const 6417
          local.set $place
          br $1
        end
;; 0x00001017  01 d8                 add eax, ebx
        global.get $ebx
        local.set $ebx
        local.get $eax
        local.get $ebx
        i32.add
        local.set $eax
        local.get $fuel
        i32.const -1
        i32.add
        local.set $fuel
        br $33
        unreachable
        unreachable
      end
;; 0x00001019  5b                    pop ebx
      local.get $stack
      i32.load offset=4
      local.set $ebx
;; 0x0000101a  c3                    ret
      local.get $stack
      i32.load offset=8
      local.tee $eip
      i32.const 4119
      i32.ne
      if $39
        local.get $stack
        i32.const 12
        i32.add
        local.set $esp
        local.get $fuel
        i32.const -2
        i32.add
        local.set $fuel
        i32.const 6425
        local.set $place
        br $1
      end
;; 0x00001017  01 d8                 add eax, ebx
      local.get $eax
      local.get $ebx
      i32.add
      local.set $eax
      local.get $fuel
      i32.const -3
      i32.add
      local.set $fuel
      br $24
      unreachable
      unreachable
      unreachable
      unreachable
      unreachable
      unreachable
    end
;; 0x00001019  5b                    pop ebx
    local.get $stack
    i32.load offset=12
    local.set $ebx
;; 0x0000101a  c3                    ret
    local.get $stack
    i32.load offset=16
    local.tee $eip
    i32.const 4119
    i32.ne
    if $40
      local.get $stack
      i32.const 20
      i32.add
      local.set $esp
      local.get $fuel
      i32.const -2
      i32.add
      local.set $fuel
      i32.const 6425
      local.set $place
      br $1
    end
;; 0x00001017  01 d8                 add eax, ebx
    local.get $eax
    local.get $ebx
    i32.add
    local.set $eax
    local.get $fuel
    i32.const -3
    i32.add
    local.set $fuel
    br $5
    unreachable
    unreachable
    unreachable
    unreachable
    unreachable
    unreachable
  end
;; 0x00001019  5b                    pop ebx
  local.get $stack
  i32.load offset=20
  local.set $ebx
;; 0x0000101a  c3                    ret
  local.get $stack
  i32.load offset=24
  local.set $eip
  local.get $fuel
  i32.const -2
  i32.add
  local.set $fuel
  local.get $ebx
  global.set $ebx
  local.get $fuel
  i64.extend_i32_u
  i64.const 32
  i64.shl
  local.get $eip
  i64.extend_i32_u
  i64.or
  local.get $eax
  return
  unreachable
