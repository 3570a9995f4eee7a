;; Division of 8 and 16 bits.
;; 0x00001000  0f b6 c0              movzx eax, al
  local.get $eax
  i32.const 255
  i32.and
  local.set $eax
;; 0x00001003  f6 f1                 div cl
  local.get $ecx
  i32.extend8_s
  i32.const 255
  i32.and
  local.set $local18
  local.get $eax
  i32.extend16_s
  i32.const 65535
  i32.and
  local.set $local19
  local.get $local18
  i32.eqz
  if $3
    i32.const 4099
    local.set $eip
    local.get $stack
    local.set $esp
    local.get $fuel
    i32.const -1
    i32.add
    local.set $fuel
    i32.const 7967
    local.set $place
    br $1
  end
  local.get $local19
  local.get $local18
  i32.div_u
  local.set $local20
  local.get $local20
  i32.const 255
  i32.and
  local.get $local20
  i32.ne
  if $4
    i32.const 4099
    local.set $eip
    local.get $stack
    local.set $esp
    local.get $fuel
    i32.const -1
    i32.add
    local.set $fuel
    i32.const 7967
    local.set $place
    br $1
  end
  local.get $local20
  i32.const 255
  i32.and
  local.get $eax
  i32.const -256
  i32.and
  i32.or
  local.set $eax
  local.get $local19
  local.get $local20
  local.get $local18
  i32.mul
  i32.sub
  i32.const 255
  i32.and
  i32.const 8
  i32.shl
  local.get $eax
  i32.const -65281
  i32.and
  i32.or
  local.set $eax
;; 0x00001005  66 99                 cwd
  local.get $eax
  i32.extend16_s
  i32.const 31
  i32.shr_s
  i32.const 65535
  i32.and
  local.get $edx
  i32.const -65536
  i32.and
  i32.or
  local.set $edx
;; 0x00001007  66 f7 fb              idiv bx
  local.get $ebx
  i32.extend16_s
  local.set $local21
  local.get $edx
  i32.const 16
  i32.shl
  local.get $eax
  i32.const 65535
  i32.and
  i32.or
  local.set $local22
  local.get $local21
  i32.eqz
  if $5
    i32.const 4103
    local.set $eip
    local.get $stack
    local.set $esp
    local.get $fuel
    i32.const -3
    i32.add
    local.set $fuel
    i32.const 7967
    local.set $place
    br $1
  end
  local.get $local21
  i32.const -1
  i32.eq
  local.get $local22
  i32.const -2147483648
  i32.eq
  i32.and
  if $6
    i32.const 4103
    local.set $eip
    local.get $stack
    local.set $esp
    local.get $fuel
    i32.const -3
    i32.add
    local.set $fuel
    i32.const 7967
    local.set $place
    br $1
  end
  local.get $local22
  local.get $local21
  i32.div_s
  local.set $local23
  local.get $local23
  i32.extend16_s
  local.get $local23
  i32.ne
  if $7
    i32.const 4103
    local.set $eip
    local.get $stack
    local.set $esp
    local.get $fuel
    i32.const -3
    i32.add
    local.set $fuel
    i32.const 7967
    local.set $place
    br $1
  end
  local.get $local23
  i32.const 65535
  i32.and
  local.get $eax
  i32.const -65536
  i32.and
  i32.or
  local.set $eax
  local.get $local22
  local.get $local23
  local.get $local21
  i32.mul
  i32.sub
  i32.const 65535
  i32.and
  local.get $edx
  i32.const -65536
  i32.and
  i32.or
  local.set $edx
;; 0x0000100a  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -5
  i32.add
  local.set $fuel
  local.get $ecx
  global.set $ecx
  local.get $edx
  global.set $edx
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
