;; A function that calls itself.
;; 0x00001000  53                    push ebx
    local.get $esp
    i32.const 4
    i32.sub
    local.tee $address
    local.get $ebx
    i32.store
    local.get $address
    local.set $esp
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
    if $5
      local.get $fuel
      i32.const -4
      i32.add
      local.set $fuel
      br $4
    end
;; 0x00001008  48                    dec eax
    local.get $eax
    i32.const 1
    i32.sub
    local.set $eax
;; 0x00001009  e8 f2 ff ff ff        call 0x1000
    local.get $esp
    i32.const 4
    i32.sub
    local.tee $address
    i32.const 4110
    i32.store
    local.get $address
    local.set $esp
    local.get $fuel
    i32.const -6
    i32.add
    local.set $fuel
    local.get $esp
    local.get $fuel
    local.get $eax
    local.get $ebx
    call $0x1000
    local.set $eax
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
    if $6
      i32.const 421075225
      local.set $place
      br $2
    end
    local.get $esp
    i32.const 4
    i32.add
    local.set $esp
    local.get $fuel
    i32.const 0
    i32.le_s
    if $7
      i32.const 4110
      local.set $eip
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
    local.get $esp
    i32.const 4
    i32.sub
    local.tee $address
    i32.const 4119
    i32.store
    local.get $address
    local.set $esp
    local.get $fuel
    i32.const -3
    i32.add
    local.set $fuel
    local.get $esp
    local.get $fuel
    local.get $eax
    local.get $ebx
    call $0x1000
    local.set $eax
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
    if $8
      i32.const 421075225
      local.set $place
      br $2
    end
    local.get $esp
    i32.const 4
    i32.add
    local.set $esp
    local.get $fuel
    i32.const 0
    i32.le_s
    if $9
      i32.const 4119
      local.set $eip
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
    i32.const -1
    i32.add
    local.set $fuel
    br $4
    unreachable
    unreachable
  end
;; 0x00001019  5b                    pop ebx
  local.get $esp
  i32.load
  local.get $esp
  i32.const 4
  i32.add
  local.set $esp
  local.set $ebx
;; 0x0000101a  c3                    ret
  local.get $esp
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -2
  i32.add
  local.set $fuel
  local.get $esp
  local.get $entry.esp
  i32.ne
  local.get $ebx
  local.get $entry.ebx
  i32.ne
  i32.or
  i32.eqz
  if $10
    local.get $fuel
    i64.extend_i32_u
    i64.const 32
    i64.shl
    local.get $eip
    i64.extend_i32_u
    i64.or
    local.get $eax
    return
  end
  local.get $esp
  i32.const 4
  i32.add
  local.set $esp
  i32.const 6425
  local.set $place
  br $1
  unreachable
