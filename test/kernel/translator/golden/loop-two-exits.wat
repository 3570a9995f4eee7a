;; A loop that is left at its head and in its middle.
;; 0x00001000  8a 06                 mov al, [esi]
      local.get $esi
      i32.load8_u
      i32.const 255
      i32.and
      local.get $eax
      i32.const -256
      i32.and
      i32.or
      local.set $eax
;; 0x00001002  84 c0                 test al, al
      local.get $eax
      i32.extend8_s
      local.tee $flags.a
      local.get $eax
      i32.extend8_s
      local.tee $flags.b
      i32.and
      i32.extend8_s
      local.tee $flags.result
      drop
;; 0x00001004  74 0a                 je short 0x1010
      local.get $flags.result
      i32.const 0
      i32.eq
      if $6
        local.get $fuel
        i32.const -3
        i32.add
        local.set $fuel
        br $5
      end
;; 0x00001000  8a 06                 mov al, [esi]
      block $7
;; 0x00001006  38 d8                 cmp al, bl
        local.get $eax
        i32.extend8_s
        local.tee $flags.a
        local.get $ebx
        i32.extend8_s
        local.tee $flags.b
        i32.sub
        i32.extend8_s
        local.tee $flags.result
        drop
;; 0x00001008  74 03                 je short 0x100d
        local.get $flags.a
        local.get $flags.b
        i32.eq
        if $8
          local.get $fuel
          i32.const -5
          i32.add
          local.set $fuel
          br $7
        end
;; 0x00001006  38 d8                 cmp al, bl
;; 0x0000100a  46                    inc esi
        local.get $esi
        i32.const 1
        i32.add
        local.set $esi
;; 0x0000100b  eb f3                 jmp short 0x1000
;; 0x00001000  8a 06                 mov al, [esi]
        local.get $esi
        i32.load8_u
        i32.const 255
        i32.and
        local.get $eax
        i32.const -256
        i32.and
        i32.or
        local.set $eax
;; 0x00001002  84 c0                 test al, al
        local.get $eax
        i32.extend8_s
        local.tee $flags.a
        local.get $eax
        i32.extend8_s
        local.tee $flags.b
        i32.and
        i32.extend8_s
        local.tee $flags.result
        drop
;; 0x00001004  74 0a                 je short 0x1010
        local.get $flags.result
        i32.const 0
        i32.eq
        if $9
          local.get $fuel
          i32.const -10
          i32.add
          local.set $fuel
          br $5
        end
;; 0x00001000  8a 06                 mov al, [esi]
;; 0x00001006  38 d8                 cmp al, bl
        local.get $eax
        i32.extend8_s
        local.tee $flags.a
        local.get $ebx
        i32.extend8_s
        local.tee $flags.b
        i32.sub
        i32.extend8_s
        local.tee $flags.result
        drop
;; 0x00001008  74 03                 je short 0x100d
        local.get $flags.a
        local.get $flags.b
        i32.eq
        if $10
          local.get $fuel
          i32.const -12
          i32.add
          local.set $fuel
          br $7
        end
;; 0x00001006  38 d8                 cmp al, bl
;; 0x0000100a  46                    inc esi
        local.get $esi
        i32.const 1
        i32.add
        local.set $esi
;; 0x0000100b  eb f3                 jmp short 0x1000
;; 0x00001000  8a 06                 mov al, [esi]
        local.get $esi
        i32.load8_u
        i32.const 255
        i32.and
        local.get $eax
        i32.const -256
        i32.and
        i32.or
        local.set $eax
;; 0x00001002  84 c0                 test al, al
        local.get $eax
        i32.extend8_s
        local.tee $flags.a
        local.get $eax
        i32.extend8_s
        local.tee $flags.b
        i32.and
        i32.extend8_s
        local.tee $flags.result
        drop
;; 0x00001004  74 0a                 je short 0x1010
        local.get $flags.result
        i32.const 0
        i32.eq
        if $11
          local.get $fuel
          i32.const -17
          i32.add
          local.set $fuel
          br $5
        end
;; 0x00001000  8a 06                 mov al, [esi]
;; 0x00001006  38 d8                 cmp al, bl
        local.get $eax
        i32.extend8_s
        local.tee $flags.a
        local.get $ebx
        i32.extend8_s
        local.tee $flags.b
        i32.sub
        i32.extend8_s
        local.tee $flags.result
        drop
;; 0x00001008  74 03                 je short 0x100d
        local.get $flags.a
        local.get $flags.b
        i32.eq
        if $12
          local.get $fuel
          i32.const -19
          i32.add
          local.set $fuel
          br $7
        end
;; 0x00001006  38 d8                 cmp al, bl
;; 0x0000100a  46                    inc esi
        local.get $esi
        i32.const 1
        i32.add
        local.set $esi
;; 0x0000100b  eb f3                 jmp short 0x1000
;; 0x00001000  8a 06                 mov al, [esi]
        local.get $esi
        i32.load8_u
        i32.const 255
        i32.and
        local.get $eax
        i32.const -256
        i32.and
        i32.or
        local.set $eax
;; 0x00001002  84 c0                 test al, al
        local.get $eax
        i32.extend8_s
        local.tee $flags.a
        local.get $eax
        i32.extend8_s
        local.tee $flags.b
        i32.and
        i32.extend8_s
        local.tee $flags.result
        drop
;; 0x00001004  74 0a                 je short 0x1010
        local.get $flags.result
        i32.const 0
        i32.eq
        if $13
          local.get $fuel
          i32.const -24
          i32.add
          local.set $fuel
          br $5
        end
;; 0x00001000  8a 06                 mov al, [esi]
;; 0x00001006  38 d8                 cmp al, bl
        local.get $eax
        i32.extend8_s
        local.tee $flags.a
        local.get $ebx
        i32.extend8_s
        local.tee $flags.b
        i32.sub
        i32.extend8_s
        local.tee $flags.result
        drop
;; 0x00001008  74 03                 je short 0x100d
        local.get $flags.a
        local.get $flags.b
        i32.eq
        if $14
          local.get $fuel
          i32.const -26
          i32.add
          local.set $fuel
          br $7
        end
;; 0x00001006  38 d8                 cmp al, bl
;; 0x0000100a  46                    inc esi
        local.get $esi
        i32.const 1
        i32.add
        local.set $esi
;; 0x0000100b  eb f3                 jmp short 0x1000
;; 0x00001000  8a 06                 mov al, [esi]
        local.get $esi
        i32.load8_u
        i32.const 255
        i32.and
        local.get $eax
        i32.const -256
        i32.and
        i32.or
        local.set $eax
;; 0x00001002  84 c0                 test al, al
        local.get $eax
        i32.extend8_s
        local.tee $flags.a
        local.get $eax
        i32.extend8_s
        local.tee $flags.b
        i32.and
        i32.extend8_s
        local.tee $flags.result
        drop
;; 0x00001004  74 0a                 je short 0x1010
        local.get $flags.result
        i32.const 0
        i32.eq
        if $15
          local.get $fuel
          i32.const -31
          i32.add
          local.set $fuel
          br $5
        end
;; 0x00001000  8a 06                 mov al, [esi]
;; 0x00001006  38 d8                 cmp al, bl
        local.get $eax
        i32.extend8_s
        local.tee $flags.a
        local.get $ebx
        i32.extend8_s
        local.tee $flags.b
        i32.sub
        i32.extend8_s
        local.tee $flags.result
        drop
;; 0x00001008  74 03                 je short 0x100d
        local.get $flags.a
        local.get $flags.b
        i32.eq
        if $16
          local.get $fuel
          i32.const -33
          i32.add
          local.set $fuel
          br $7
        end
;; 0x00001006  38 d8                 cmp al, bl
;; 0x0000100a  46                    inc esi
        local.get $esi
        i32.const 1
        i32.add
        local.set $esi
;; 0x0000100b  eb f3                 jmp short 0x1000
        local.get $fuel
        i32.const -35
        i32.add
        local.set $fuel
        br $3
        unreachable
        unreachable
        unreachable
        unreachable
        unreachable
        unreachable
        unreachable
        unreachable
        unreachable
        unreachable
        unreachable
        unreachable
        unreachable
        unreachable
      end
;; 0x0000100d  89 f0                 mov eax, esi
      local.get $esi
      local.set $eax
;; 0x0000100f  c3                    ret
      local.get $stack
      i32.load
      local.set $eip
      local.get $fuel
      i32.const -2
      i32.add
      local.set $fuel
      local.get $esi
      global.set $esi
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
      unreachable
    end
;; 0x00001010  31 c0                 xor eax, eax
    local.get $eax
    local.get $eax
    i32.xor
    local.set $eax
;; 0x00001012  c3                    ret
    local.get $stack
    i32.load
    local.set $eip
    local.get $fuel
    i32.const -2
    i32.add
    local.set $fuel
    local.get $esi
    global.set $esi
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
  end
